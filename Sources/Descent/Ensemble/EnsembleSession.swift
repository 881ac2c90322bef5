import Foundation

/// A run that trains several networks side by side and averages them: what `descent train` and `descent resume` do where the
/// config has `ensemble` or `folds`.
///
/// Every member is a run in a folder of its own, `members/<number>`, on one core or a few, and can be killed and gone on with
/// as any run. When all are trained, the run's `best.h5` is one model of all of them.
public final class EnsembleSession {
  /// What the members have in common, as the first one has it.
  public let summary: RunSummary
  public let plan: EnsemblePlan
  /// Stops all members.
  public let control = TrainingControl()
  /// How many members are trained at a time.
  public let atATime: Int
  let config: ConfigNode
  let folder: RunFolder
  let start: MemberStart
  let first: RunSetup

  /// What every member begins with.
  struct MemberStart: Sendable {
    let folder: String
    let rows: SharedRows
    /// Cores for each member.
    let threads: Int
    let kernels: KernelSet
  }

  private init(
    _ config: ConfigNode, _ plan: EnsemblePlan, first: RunSetup, folder: RunFolder,
    rows: SharedRows, threads: Int, search: RateSearch?
  ) {
    self.config = config
    self.plan = plan
    self.folder = folder
    self.first = first
    atATime = min(threads, plan.memberCount)
    start = MemberStart(
      folder: folder.current, rows: rows, threads: max(1, threads / atATime),
      kernels: first.trainer.kernels)
    var summary = first.summary(folder: folder.path, warnings: first.trainer.takeRemarks())
    summary.threads = threads
    summary.rateSearch = search
    self.summary = summary
  }

  // MARK: - Beginning

  /// A new run.
  ///
  /// - Parameters: as those of `RunSession.new`, and `rows`: the training file's, where they have been read for this config.
  /// - Throws: what is wrong with config, data or folder.
  public static func new(
    config: ConfigNode, output: String?, force: Bool, threads: Int?, rows: ReadRows? = nil,
    kernels: KernelSet = .best
  ) throws(DescentError) -> EnsembleSession {
    let parsed = try RunConfig(config)
    let plan = try requirePlan(parsed, at: config)
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    let rows = try SharedRows(of: parsed, read: rows)
    var first = try rows.firstRun(of: config, threads: threads, kernels: kernels)
    let search = try first.findRate()
    try first.prepare()
    let all = first.config.resolved.ofAll(parsed.resolved)
    // All is checked, and training begins.
    let folder = try RunFolder.create(
      output: output, name: parsed.name, force: force, config: all,
      parts: [RunFiles.checkpoints, RunFiles.members])
    let node = ConfigNode(.map(all), at: ConfigPlace(source: ConfigSource(name: parsed.name)))
    return EnsembleSession(
      node, plan, first: first, folder: folder, rows: rows, threads: threads, search: search)
  }

  /// Whether a path is that of such a run: its folder, or its `last.h5`.
  public static func isEnsemble(_ path: String) -> Bool {
    guard let run = try? NewestCheckpoint.run(of: path) else { return false }
    return FileIdentity("\(run)/\(RunFiles.members)")?.isFolder ?? false
  }

  /// Goes on with a run: with the members that are not trained yet, each at its newest checkpoint.
  ///
  /// - Parameter data: where the training rows are now, if not where they were; `labels` and `weights`, where their own files
  ///   are.
  /// - Throws: what is wrong with the files or the data.
  public static func resume(
    _ path: String, epochs: Int? = nil, threads: Int?, data: String? = nil,
    labels: String? = nil, weights: String? = nil, kernels: KernelSet = .best
  ) throws(DescentError) -> EnsembleSession {
    guard let run = try NewestCheckpoint.run(of: path) else {
      throw DescentError(.invalidInput, "it is no run of several networks", at: path)
    }
    let folder = try RunFolder.open(run)
    var node = try ConfigNode(contentsOf: "\(run)/\(RunFiles.config)")
    if let epochs { node = try node.setting("epochs", to: .integer(epochs), flag: "--epochs") }
    if let data { node = try node.reading(data, labels: labels, weights: weights) }
    let parsed = try RunConfig(node)
    if data == nil { try InputPath.requireLasting(parsed.data.train.paths) }
    let plan = try requirePlan(parsed, at: node)
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    let rows = try SharedRows(of: parsed)
    let first = try rows.firstRun(of: node, threads: threads, kernels: kernels)
    try first.prepare()
    // What the first came to is the same for all: a rate that was found stands in the folder's config.
    if epochs != nil || data != nil {
      try folder.writeConfig(first.config.resolved.ofAll(parsed.resolved))
    }
    return EnsembleSession(
      node, plan, first: first, folder: folder, rows: rows, threads: threads, search: nil)
  }

  private static func requirePlan(
    _ config: RunConfig, at node: ConfigNode
  ) throws(DescentError) -> EnsemblePlan {
    guard let plan = config.ensemble else {
      throw DescentError(.invalidInput, "the config asks for one network", at: node.path)
    }
    return plan
  }

  // MARK: - Running

  private enum News: Sendable {
    case began(Int, TrainingControl)
    case epoch(Int, EpochRecord)
    case warning(Int, String)
    case ended(EnsembleMember)
    case failed(Int, DescentError)
  }

  /// Trains all members, and averages them.
  ///
  /// - Parameter report: called for each event, on the calling thread.
  /// - Throws: what a member's run throws; where the average cannot be saved.
  public func run(_ report: (EnsembleEvent) -> Void) throws(DescentError) -> EnsembleOutcome {
    let began = TrainingEngine.now()
    var nodes: [ConfigNode] = []
    for number in 0..<plan.memberCount { nodes.append(try config.member(number, of: plan)) }
    let side = SideBySide<News>()
    var controls: [Int: TrainingControl] = [:]
    var members: [EnsembleMember] = []
    var failure: (member: Int, error: DescentError)?
    side.run(
      plan.memberCount, workers: atATime,
      { [start, nodes] index in Self.train(index + 1, nodes[index], start, tell: side.post) },
      receive: { news in
        switch news {
        case .began(let number, let control): controls[number] = control
        case .epoch(let number, let record): report(.epoch(member: number, record))
        case .warning(let number, let text): report(.warning("member \(number): \(text)"))
        case .ended(let member):
          controls[member.number] = nil
          members.append(member)
          if member.reason != .interrupted { report(.ended(member)) }
        case .failed(let number, let error):
          controls[number] = nil
          // Of several, that of the first member; the others stop.
          if failure.map({ number < $0.member }) ?? true { failure = (number, error) }
        }
      },
      tick: {
        guard control.isStopRequested || failure != nil else { return }
        side.stop()
        for control in controls.values { control.requestStop() }
      })
    if let (number, error) = failure {
      throw DescentError(
        error.kind, "member \(number): \(error.problem)", at: error.place, advice: error.advice)
    }
    members.sort { $0.number < $1.number }
    let trained = members.filter { $0.reason != .interrupted }
    var outcome = EnsembleOutcome(
      reason: .finished, members: trained, seconds: TrainingEngine.now() - began, path: nil)
    outcome.spreads = EnsembleOutcome.spreads(of: trained)
    let isAsItWas = trained.allSatisfy { $0.reason == .nothingToDo }
    if isAsItWas, FileIdentity(folder.best) != nil {
      (outcome.reason, outcome.path) = (.nothingToDo, folder.best)
      return outcome
    }
    guard trained.count == plan.memberCount else {
      outcome.reason = .interrupted
      return outcome
    }
    try finish(&outcome)
    outcome.seconds = TrainingEngine.now() - began
    return outcome
  }

  /// Trains a member to its end, on a thread of its own.
  private static func train(
    _ number: Int, _ config: ConfigNode, _ start: MemberStart,
    tell: @escaping (News) -> Void
  ) {
    do throws(DescentError) {
      let session = try RunSession.member(
        config: config, at: "\(start.folder)/\(RunFiles.members)/\(number)", rows: start.rows,
        threads: start.threads, kernels: start.kernels)
      tell(.began(number, session.control))
      for warning in session.summary.warnings { tell(.warning(number, warning)) }
      let outcome = try session.run { event in
        switch event {
        case .epoch(let record, _): tell(.epoch(number, record))
        case .warning(let text): tell(.warning(number, text))
        case .checkpoint, .finding: break
        }
      }
      tell(.ended(EnsembleMember(number, session, outcome)))
    } catch {
      tell(.failed(number, error))
    }
  }
}

extension EnsembleMember {
  fileprivate init(_ number: Int, _ session: RunSession, _ outcome: RunOutcome) {
    let history = session.trainer.history
    let epochs = history.epochs
    let best = epochs.first { $0.number == outcome.bestEpoch } ?? epochs.last
    self.init(
      number: number, reason: outcome.reason, epochs: outcome.epochsDone, steps: outcome.steps,
      bestEpoch: outcome.bestEpoch,
      figures: best?.figures(metricNames: history.metricNames) ?? [:], seconds: outcome.seconds,
      path: outcome.bestPath ?? outcome.lastPath)
  }
}

extension EnsembleOutcome {
  /// Mean and standard deviation over members of what was measured on the rows that validated them, or of the rest where
  /// none did.
  fileprivate static func spreads(of members: [EnsembleMember]) -> [Spread] {
    let keys = members.first?.figures.keys ?? []
    let validated = keys.filter { $0.hasPrefix("validation_") }
    return (validated.isEmpty ? keys.filter { $0 == "cost" } : validated).compactMap { key in
      let values = members.compactMap { $0.figures[key]?.numberValue }
      guard values.count == members.count, members.count > 1 else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return Spread(
        name: key, mean: mean, deviation: (squares / Double(values.count - 1)).squareRoot())
    }
  }
}
