import ArgumentParser
import Descent
import Foundation

/// How ranks wait for one another.
struct RankOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Under a launcher, how long another rank may give no sign before the run ends; 300 when omitted.",
      valueName: "seconds"))
  var rankTimeout: Double?

  func validate() throws {
    if let rankTimeout, !(rankTimeout > 0 && rankTimeout <= 1e9) {
      throw ValidationError("--rank-timeout is \(rankTimeout); it must be above 0")
    }
  }
}

/// A command that is performed alone or, under a launcher, by ranks together: the one place where it is decided which process
/// keeps the run and speaks.
enum RankedCommand {
  /// Seconds that are left to the first rank to say what all would say: the launcher then ends the others.
  private static let precedence: UInt32 = 3

  /// Does what every rank does before it knows the others. What it fails with, all are likely to.
  static func speakingOnce<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch {
      let launcher = Launcher(environment: ProcessInfo.processInfo.environment)
      if let launcher, launcher.rank > 0 { sleep(precedence) }
      throw error
    }
  }

  /// Has the first rank do what ranks do not share.
  static func byFirst(_ body: () throws -> Void) throws {
    guard let launcher = Launcher(environment: ProcessInfo.processInfo.environment) else {
      return try body()
    }
    guard launcher.rank == 0 else { return }
    Console.standardError("note: of \(launcher.count) ranks the first does this alone")
    try body()
  }

  /// Says that ranks share batches, and not networks.
  static func tellOfEnsemble(_ ranks: Ranks?, _ plan: EnsemblePlan, _ options: ReportOptions) {
    guard let ranks, !options.quiet else { return }
    Console.standardError(
      "note: of \(ranks.count) ranks the first trains all \(plan.memberCount) networks; --ensemble and --folds are shared by its "
        + "cores alone")
  }

  /// Has all ranks do the same, each with its part of the work.
  ///
  /// - Parameters:
  ///   - inputs: the config file, if one is named.
  ///   - body: speaks where this is a process alone, or the first of the ranks.
  static func together(
    _ options: RankOptions, inputs: [String], kernels: KernelSet, body: (Ranks?) throws -> Void
  ) throws {
    guard let ranks = try join(options, inputs: inputs, kernels: kernels) else {
      return try body(nil)
    }
    guard ranks.isFirst else {
      // What it fails with the first fails with too, or hears of.
      try? body(ranks)
      throw leave(ranks, ranks.follow(threads: nil, kernels: kernels) { _ in }.code)
    }
    var code: Int32 = 0
    do { try body(ranks) } catch { code = Main.tell(error) }
    ranks.end(code)
    throw leave(ranks, code)
  }

  /// Does something that may fail otherwise on one rank than on another, before they go on together.
  static func agree<Result>(_ ranks: Ranks?, _ body: () throws -> Result) throws -> Result {
    let result = Swift.Result(catching: body)
    try ranks?.agree { () throws(DescentError) in
      if case .failure(let error as DescentError) = result { throw error }
    }
    return try result.get()
  }

  /// The ranks that a launcher has started; nil where this is a process alone.
  private static func join(
    _ options: RankOptions, inputs: [String], kernels: KernelSet
  ) throws -> Ranks? {
    let environment = ProcessInfo.processInfo.environment
    guard let launcher = Launcher(environment: environment) else { return nil }
    let ranks = try speakingOnce {
      try Ranks.join(
        launcher, environment: environment, limit: options.rankTimeout, inputs: inputs,
        kernels: kernels)
    }
    do { try ranks.requireAlike() } catch {
      throw ranks.isFirst ? error as any Error : ExitCode(error.exitCode)
    }
    return ranks
  }

  /// - Parameters:
  ///   - inputs: the config file, if one is named.
  ///   - threads: cores to use, where a number is given.
  ///   - lead: what a process alone does, or the first of several ranks; the others follow.
  static func run(
    _ options: RankOptions, inputs: [String], threads: Int?, kernels: KernelSet,
    lead: (Ranks?) throws -> Void
  ) throws {
    guard let ranks = try join(options, inputs: inputs, kernels: kernels) else {
      return try lead(nil)
    }
    guard ranks.isFirst else {
      let end = ranks.follow(threads: threads, kernels: kernels) { StopSignals.stop($0) }
      if let sentence = end.sentence { Console.standardError("descent: " + sentence.printable) }
      throw leave(ranks, end.code)
    }
    var code: Int32 = 0
    do { try lead(ranks) } catch { code = Main.tell(error) }
    ranks.end(code)
    throw leave(ranks, code)
  }

  /// How a process ends. Where ranks have lost each other it does so at once: what the MPI library does at a program's end
  /// might wait for them.
  private static func leave(_ ranks: Ranks, _ code: Int32) -> ExitCode {
    if ranks.haveFailed { _exit(code) }
    return ExitCode(code)
  }
}
