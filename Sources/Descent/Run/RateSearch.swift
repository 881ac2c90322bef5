import Foundation

/// Finds a learning rate for a config: what `descent find-rate` and `learning_rate: auto` do.
///
/// A range test shows which rates train at all and where they begin to train fast. How low a run ends, though,
/// depends on more than its first steps, so the rates around that one are tried (`RateTrials`), and the lowest validation
/// cost (or cost, without validation) judges them, as a mean over several runs where that can be afforded. The search
/// climbs by half decades, then looks a quarter to both sides.
///
/// Costs scatter, and of rates that come out alike the one with good neighbours is the safer: how good a rate is says the
/// mean of its cost and its neighbours', with weights ¼, ½, ¼. Where the trials tell the lowest from both its neighbours
/// by two standard errors there is nothing to smooth, and the search looks closer, an eighth to both sides. Everything
/// follows from config, data and kernel set: the same rate comes out every time, on any number of threads.
public struct RateSearch: Sendable {
  /// One rate that was tried.
  public struct TriedRate: Sendable, Equatable {
    public var rate: Double
    /// The lowest cost it came to, or the mean over its trials; infinite where one diverged.
    public var cost: Double
  }

  /// What a search tells while it goes on.
  public enum Event: Sendable {
    case swept(RateRangeTest)
    case tried(TriedRate)
    /// Something that there is to know.
    case remark(String)
  }

  public let test: RateRangeTest
  /// In ascending order of the rates.
  public let trials: [TriedRate]
  /// The steps of each.
  public let trialSteps: Int
  /// Whether each was all that the run is to be, or only a beginning of it.
  public let triesWholeRuns: Bool
  /// How often each rate was tried.
  public let repeats: Int
  /// Whether trials were judged by the validation rows.
  public let usesValidation: Bool
  /// What there is to know of it, in sentences.
  public let remarks: [String]
  /// The optimizer's name in configs.
  public let optimizer: String
  /// The rate to use, of two significant digits.
  public let rate: Double

  /// Costs below this share of the untrained network's are all the same: nothing is left to learn.
  static let nothing = 0.001
  /// The share of the untrained network's cost that the best trial has to take off it.
  static let leastGain = 0.01
  /// The share of a cost by which another one is higher at least, if it is to be told from it.
  static let leastDifference = 0.01

  /// Searches for a run that a config describes.
  ///
  /// - Parameter ranks: those that all do the same, and share every batch; where the config names no number of groups, it gets as
  ///   many as they need.
  /// - Throws: whatever is wrong with the config, the data or their fit; `invalidInput` where no rate makes the
  ///   cost fall.
  public static func run(
    config: ConfigNode, threads: Int?, kernels: KernelSet = .best, ranks: Ranks? = nil,
    report: (Event) -> Void = { _ in }
  ) throws(DescentError) -> RateSearch {
    guard let ranks else {
      return try RateSearch(
        RunSetup(config: config.firstMember(), threads: threads, kernels: kernels), report: report)
    }
    let (config, remark) = try config.firstMember().grouped(for: ranks)
    if let remark { report(.remark(remark)) }
    let setup = try ranks.agree(on: "rows") { () throws(DescentError) in
      try RunSetup(config: config, threads: threads ?? ranks.threads, kernels: kernels)
    } _: { setup throws(DescentError) in
      try setup.data.training.fingerprint + " " + (setup.data.validation?.fingerprint ?? "")
    }
    setup.trainer.exchange = try ranks.exchange(groups: setup.trainer.configuration.groups)
    return try RateSearch(setup, report: report)
  }

  /// Searches from the weights that a run begins with, which do not move.
  init(_ setup: RunSetup, report: (Event) -> Void) throws(DescentError) {
    let configured = setup.trainer.configuration.optimizer
    optimizer = type(of: configured).kind
    guard !(configured is any FullBatchOptimizer) else {
      throw DescentError(
        .invalidInput, "\(optimizer) finds its steps itself, by a line search",
        at: "optimizer.\(optimizer).learning_rate", advice: "leave the rate at its default, 1")
    }
    let sweep = try Trial(of: setup.trainer, on: setup.data.training) {
      $0.metrics = []
      $0.earlyStopping = nil
      $0.schedule = RateRangeTest.schedule(for: configured)
    }.trainer
    test = try RateRangeTest(sweep)
    report(.swept(test))
    // Where the sweep shows nothing the search begins at the optimizer's own default. It is so for FTRL, whose
    // memory is in units of its rate, so that weights grow with the rate, whatever they learn.
    var (middle, largest) = (configured.learningRate, RateRangeTest.lastRate)
    if let shoulder = test.shoulder {
      (middle, largest) = (shoulder, test.points.last?.rate ?? largest)
    } else {
      let node = setup.config.optimizer.settingRate(nil)
      middle = try Registries.optimizers.decode(node).learningRate
    }
    let rateTrials = try RateTrials(setup, stepsPerEpoch: sweep.batchesPerEpoch)
    remarks = rateTrials.remarks
    for remark in remarks { report(.remark(remark)) }
    trialSteps = rateTrials.steps
    triesWholeRuns = rateTrials.isWhole
    repeats = rateTrials.repeatCount
    let untrained = try rateTrials.untrainedCost()
    let nothing = Self.nothing * untrained
    usesValidation = setup.data.validation != nil
    var tried: [Int: [Double]] = [:]
    /// What the trials of a rate came to.
    func costs(_ eighth: Int) throws(DescentError) -> [Double] {
      if let costs = tried[eighth] { return costs }
      let rate = Self.rate(eighth)
      guard rate <= largest, rate >= RateRangeTest.firstRate / 10 else { return [.infinity] }
      let costs = try rateTrials.costs(rate)
      tried[eighth] = costs
      report(.tried(TriedRate(rate: rate, cost: Self.mean(costs))))
      return costs
    }
    /// A cost as it is compared with others.
    func level(_ eighth: Int) throws(DescentError) -> Double {
      let cost = try Self.mean(costs(eighth))
      return cost >= 0 && cost < nothing ? nothing : cost
    }
    func lowest(_ eighths: [Int]) throws(DescentError) -> Int {
      var best = eighths[0]
      for eighth in eighths.dropFirst() {
        if try level(eighth) < level(best) { best = eighth }
      }
      return best
    }
    func isWorse(_ eighth: Int, than other: Int) throws(DescentError) -> Bool {
      let difference = try level(eighth) - level(other)
      guard try difference > Self.leastDifference * abs(level(other)) else { return false }
      return try Self.isHigher(costs(eighth), than: costs(other))
    }
    var best = 4 * Int((2 * log10(middle)).rounded())
    while try level(best).isInfinite, Self.rate(best) > RateRangeTest.firstRate { best -= 4 }
    for direction in [4, -4] {
      while try level(best + direction) < level(best) { best += direction }
    }
    // Of equal ones the smallest; where a neighbour of each diverges, the middle one.
    let quarters = [best - 2, best, best + 2]
    var (chosen, least) = (best, Double.infinity)
    for quarter in quarters {
      let mean = try level(quarter - 2) / 4 + level(quarter) / 2 + level(quarter + 2) / 4
      if mean < least { (chosen, least) = (quarter, mean) }
    }
    let sharpest = try lowest(quarters)
    if try isWorse(sharpest - 2, than: sharpest), try isWorse(sharpest + 2, than: sharpest) {
      chosen = try lowest([sharpest - 1, sharpest, sharpest + 1])
    }
    trials = tried.sorted { $0.key < $1.key }
      .map { TriedRate(rate: Self.rate($0.key), cost: Self.mean($0.value)) }
    rate = Self.rate(chosen)
    let final = try level(chosen)
    guard final < untrained - Self.leastGain * abs(untrained) else {
      throw DescentError(
        .invalidInput,
        "no learning rate makes the cost fall: untrained it is \(untrained), and "
          + "\(final) at best after \(trialSteps) steps",
        at: "optimizer.\(optimizer).learning_rate",
        advice: "see that the inputs are scaled and the targets belong to them, or give a number")
    }
  }

  private static func mean(_ costs: [Double]) -> Double {
    costs.reduce(0, +) / Double(costs.count)
  }

  /// Whether costs lie above others of the same seeds by more than two standard errors of the difference, or are none
  /// at all. One trial alone tells nothing.
  static func isHigher(_ costs: [Double], than others: [Double]) -> Bool {
    if costs.allSatisfy(\.isInfinite) { return others.count > 1 && mean(others).isFinite }
    guard costs.count > 1, costs.count == others.count else { return false }
    let differences = zip(costs, others).map { $0 - $1 }
    let mean = mean(differences)
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let count = Double(differences.count)
    return mean > 2 * (squares / (count * (count - 1))).squareRoot()
  }

  /// Ten to the power of so many eighths, in two significant digits: 1, 1.3, 1.8, 2.4, 3.2, 4.2, 5.6, 7.5, 10.
  private static func rate(_ eighth: Int) -> Double {
    let (decade, part) = (Int((Double(eighth) / 8).rounded(.down)), ((eighth % 8) + 8) % 8)
    let digits = [1.0, 1.3, 1.8, 2.4, 3.2, 4.2, 5.6, 7.5][part]
    return Double("\(digits)e\(decade)") ?? pow(10, Double(eighth) / 8)
  }
}
