import Foundation

/// A search for a better config: what `descent tune` does.
///
/// Brackets of nine configs are trained for a ninth of the epochs, the best third of them for a third, the best one to the end
/// (successive halving; Jamieson and Talwalkar 2016). The first config is the one given, the others are drawn from the
/// `TuningSpace` at random, by number, so that a search that was killed goes on with the same ones. Every trial is a run in
/// `trials/<number>`, with folds one for each in `trials/<number>-<fold>`, on one core; as many at a time as there are cores.
public final class TuningSession {
  /// How long to search.
  public struct Budget: Sendable {
    public var seconds: Double
    /// Nil: as many trials as there is time for.
    public var trials: Int?

    public init(seconds: Double, trials: Int? = nil) {
      self.seconds = seconds
      self.trials = trials
    }
  }

  private static let bracketSize = 9
  private static let factor = 3

  public let summary: RunSummary
  public let space: TuningSpace
  /// Ends the search after the current batches.
  public let control = TrainingControl()
  private let config: ConfigNode
  private let parsed: RunConfig
  private let folder: RunFolder
  private let rows: SharedRows
  private let threads: Int
  private let kernels: KernelSet
  private let monitor: String
  private let isGrowing: Bool
  private var trials: [TuningTrial] = []

  private init(
    _ config: ConfigNode, _ parsed: RunConfig, _ space: TuningSpace, first: RunSetup,
    rows: SharedRows, folder: RunFolder, threads: Int
  ) {
    self.config = config
    self.parsed = parsed
    self.space = space
    self.folder = folder
    self.rows = rows
    self.threads = threads
    kernels = first.trainer.kernels
    let figure = first.trainer.bestMonitor ?? "validation_cost"
    monitor = figure
    isGrowing = first.trainer.biggerIsBetter(figure)
    summary = first.summary(folder: folder.path, warnings: first.trainer.takeRemarks())
  }

  // MARK: - Beginning

  /// A new search.
  ///
  /// - Parameters: as those of `RunSession.new`.
  /// - Throws: what is wrong with config, data or folder; where no rows judge a config.
  public static func new(
    config: ConfigNode, output: String?, force: Bool, threads: Int?, kernels: KernelSet = .best
  ) throws(DescentError) -> TuningSession {
    let parsed = try RunConfig(config)
    if parsed.data.validation == nil, parsed.ensemble?.folds == nil {
      throw DescentError(
        .invalidInput, "no rows judge what is tried", at: "data.validation",
        advice: "set data.validation: 0.2, or folds: 5 (--folds 5)")
    }
    let (rows, first) = try prepare(config, parsed, threads: threads, kernels: kernels)
    let all = first.config.resolved.ofAll(parsed.resolved)
    let node = ConfigNode(.map(all), at: ConfigPlace(source: ConfigSource(name: parsed.name)))
    let whole = try RunConfig(node)
    let space = try TuningSpace(whole)
    // A key that there is not is no trial's bad luck.
    if let point = space.point(1, seed: UInt64(parsed.seed)) {
      _ = try rows.firstRun(
        of: space.apply(point, to: node), threads: threads, kernels: kernels)
    }
    let folder = try RunFolder.create(
      output: output, name: parsed.name + "-tune", force: force, config: all,
      parts: [RunFiles.checkpoints, RunFiles.trials])
    return TuningSession(
      node, whole, space, first: first, rows: rows, folder: folder,
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Goes on with a search.
  ///
  /// - Throws: what is wrong with the folder or the data.
  public static func resume(
    _ path: String, threads: Int?, kernels: KernelSet = .best
  ) throws(DescentError) -> TuningSession {
    guard isTuning(path) else {
      throw DescentError(
        FileIdentity(path) == nil ? .missingInput : .invalidInput, "there is no search", at: path,
        advice: "name the folder that descent tune said it writes")
    }
    let folder = try RunFolder.open(RunFolder.trimmed(path))
    let node = try ConfigNode(contentsOf: "\(folder.path)/\(RunFiles.config)")
    let parsed = try RunConfig(node)
    try InputPath.requireLasting(parsed.data.train.paths)
    let (rows, first) = try prepare(node, parsed, threads: threads, kernels: kernels)
    return TuningSession(
      node, parsed, try TuningSpace(parsed), first: first, rows: rows, folder: folder,
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Whether a folder holds a search.
  public static func isTuning(_ path: String) -> Bool {
    FileIdentity("\(path)/\(RunFiles.trials)")?.isFolder ?? false
      && FileIdentity("\(path)/\(RunFiles.config)") != nil
  }

  private static func prepare(
    _ config: ConfigNode, _ parsed: RunConfig, threads: Int?, kernels: KernelSet
  ) throws(DescentError) -> (SharedRows, RunSetup) {
    let rows = try SharedRows(of: parsed)
    var first = try rows.firstRun(of: config, threads: threads, kernels: kernels)
    _ = try first.findRate()
    try first.prepare()
    return (rows, first)
  }

  // MARK: - Searching

  private var folds: Int { parsed.ensemble?.folds ?? 1 }

  /// Searches until its time is over, its trials are done, or `control` asks to stop.
  ///
  /// - Parameter report: called for each event, on the calling thread.
  /// - Throws: where the first config cannot be trained, or files cannot be written.
  public func run(
    _ budget: Budget, _ report: (TuningEvent) -> Void
  ) throws(DescentError) -> TuningOutcome {
    let began = TrainingEngine.now()
    let deadline = began + budget.seconds
    var bracket = 0
    func isOver() -> Bool { control.isStopRequested || TrainingEngine.now() >= deadline }
    while !isOver() {
      let first = bracket * Self.bracketSize
      var numbers = Array(first..<first + Self.bracketSize)
      if let most = budget.trials { numbers = numbers.filter { $0 < most } }
      guard !numbers.isEmpty else { break }
      for number in numbers where number >= trials.count {
        trials.append(trial(number))
      }
      for epochs in rungs {
        guard !isOver(), !numbers.isEmpty else { break }
        report(.rung(bracket: bracket + 1, trials: numbers.count, epochs: epochs))
        try advance(numbers, to: epochs, deadline: deadline, report)
        let best = numbers.filter { trials[$0].score != nil }.sorted { isBetter($0, $1) }
        numbers = Array(best.prefix(max(1, numbers.count / Self.factor)))
      }
      bracket += 1
      try writeFiles()
    }
    try writeFiles()
    return TuningOutcome(
      trials: ranked, monitor: monitor, isGrowing: isGrowing,
      seconds: TrainingEngine.now() - began, isInterrupted: control.isStopRequested,
      bestConfig: ranked.first?.score == nil ? nil : "\(folder.path)/\(RunFiles.bestConfig)",
      leaderboard: "\(folder.path)/\(RunFiles.leaderboard)",
      page: "\(folder.path)/\(RunFiles.tuningPage)")
  }

  /// The epochs that trials come to rest after, ascending.
  private var rungs: [Int] {
    let epochs = parsed.epochs
    let ninth = (epochs + Self.bracketSize - 1) / Self.bracketSize
    let third = (epochs + Self.factor - 1) / Self.factor
    return Set([ninth, third, epochs]).sorted()
  }

  private func isBetter(_ a: Int, _ b: Int) -> Bool {
    guard let own = trials[a].score else { return false }
    guard let other = trials[b].score else { return true }
    return own == other ? a < b : (own < other) != isGrowing
  }

  private var ranked: [TuningTrial] {
    trials.indices.sorted { isBetter($0, $1) || !isBetter($1, $0) && $0 < $1 }.map { trials[$0] }
  }

  private func trial(_ number: Int) -> TuningTrial {
    var values = ConfigMap()
    if let point = space.point(number, seed: UInt64(parsed.seed)) {
      for (parameter, value) in zip(space.parameters, point) { values[parameter.name] = value }
    }
    return TuningTrial(
      number: number + 1, values: values, score: nil, deviation: nil, epochs: 0,
      isComplete: false, failure: nil, seconds: 0)
  }

  /// The config of a trial, of all folds.
  private func config(_ number: Int) throws(DescentError) -> ConfigNode {
    guard let point = space.point(number, seed: UInt64(parsed.seed)) else { return config }
    return try space.apply(point, to: config)
  }

  private struct Piece: Sendable {
    var trial: Int
    var config: ConfigNode
    var path: String
  }

  private enum News: Sendable {
    case began(Int, TrainingControl)
    case ended(Int, score: Double?, epochs: Int, isComplete: Bool, seconds: Double)
    case failed(Int, DescentError)
  }

  /// Trains trials up to an epoch.
  private func advance(
    _ numbers: [Int], to epochs: Int, deadline: Double, _ report: (TuningEvent) -> Void
  ) throws(DescentError) {
    var pieces: [Piece] = []
    for number in numbers {
      do throws(DescentError) {
        let own = try config(number)
        let plan = try RunConfig(own).ensemble
        for fold in 0..<folds {
          let name = folds == 1 ? "\(number + 1)" : "\(number + 1)-\(fold + 1)"
          pieces.append(
            Piece(
              trial: number,
              config: try plan?.member(fold, of: own) ?? own,
              path: "\(folder.path)/\(RunFiles.trials)/\(name)"))
        }
      } catch {
        guard number > 0 else { throw error }
        trials[number].failure = error.description
      }
    }
    let side = SideBySide<News>()
    var controls: [Int: TrainingControl] = [:]
    var results: [Int: [(score: Double?, epochs: Int, isComplete: Bool, seconds: Double)]] = [:]
    var failure: DescentError?
    side.run(
      pieces.count, workers: threads,
      { [pieces, rows, kernels] index in
        Self.train(index, pieces[index], to: epochs, rows, kernels, tell: side.post)
      },
      receive: { news in
        switch news {
        case .began(let piece, let control): controls[piece] = control
        case .ended(let piece, let score, let epochs, let isComplete, let seconds):
          controls[piece] = nil
          let trial = pieces[piece].trial
          results[trial, default: []].append((score, epochs, isComplete, seconds))
          guard let own = results[trial], own.count == folds else { return }
          take(own, of: trial)
          let isBest = trials.indices.allSatisfy { $0 == trial || isBetter(trial, $0) }
          report(.trial(trials[trial], isBest: isBest))
        case .failed(let piece, let error):
          controls[piece] = nil
          let trial = pieces[piece].trial
          // What the given config cannot do is no matter of luck; a rate that is too large is.
          if error.kind != .diverged, trial == 0 || error.kind == .inputOutput { failure = error }
          (trials[trial].failure, trials[trial].score) = (error.problem, nil)
          report(.trial(trials[trial], isBest: false))
        }
      },
      tick: {
        guard control.isStopRequested || failure != nil || TrainingEngine.now() >= deadline else {
          return
        }
        side.stop()
        for control in controls.values { control.requestStop() }
      })
    if let failure { throw failure }
  }

  private func take(
    _ results: [(score: Double?, epochs: Int, isComplete: Bool, seconds: Double)], of trial: Int
  ) {
    let scores = results.compactMap(\.score)
    trials[trial].epochs = results.map(\.epochs).min() ?? 0
    trials[trial].isComplete = results.allSatisfy(\.isComplete)
    trials[trial].seconds = results.reduce(0) { $0 + $1.seconds }
    guard scores.count == folds else { return }
    let mean = scores.reduce(0, +) / Double(folds)
    trials[trial].score = mean.isFinite ? mean : nil
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    trials[trial].deviation = folds > 1 ? (squares / Double(folds - 1)).squareRoot() : nil
  }

  private static func train(
    _ number: Int, _ piece: Piece, to epochs: Int, _ rows: SharedRows, _ kernels: KernelSet,
    tell: @escaping (News) -> Void
  ) {
    do throws(DescentError) {
      let session = try RunSession.member(
        config: piece.config, at: piece.path, rows: rows, threads: 1, kernels: kernels)
      session.restingEpoch = epochs
      tell(.began(number, session.control))
      let outcome = try session.run { _ in }
      let history = session.trainer.history.epochs
      tell(
        .ended(
          number, score: outcome.bestValue, epochs: outcome.epochsDone,
          isComplete: outcome.reason != .interrupted,
          seconds: history.reduce(0) { $0 + $1.seconds }))
    } catch {
      tell(.failed(number, error))
    }
  }

  // MARK: - Files

  private func writeFiles() throws(DescentError) {
    let leaderboard = TuningLeaderboard(
      name: parsed.name, trials: ranked, space: space, monitor: monitor, isGrowing: isGrowing)
    try AtomicFile.write(leaderboard.csv, to: "\(folder.path)/\(RunFiles.leaderboard)")
    try AtomicFile.write(leaderboard.html, to: "\(folder.path)/\(RunFiles.tuningPage)")
    guard let best = ranked.first, best.score != nil,
      var map = try config(best.number - 1).value.mapValue
    else { return }
    map["tune"] = nil
    try AtomicFile.write(
      ConfigValue.map(map).yaml(), to: "\(folder.path)/\(RunFiles.bestConfig)")
  }
}
