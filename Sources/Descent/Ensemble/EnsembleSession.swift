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
  private let config: ConfigNode
  private let folder: RunFolder
  private let start: MemberStart
  private let first: RunSetup

  /// What every member begins with.
  private struct MemberStart: Sendable {
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
    var folder = try RunFolder.create(output: output, name: parsed.name, force: force)
    do throws(DescentError) {
      try folder.writeConfig(all)
      // Members write to where they stay: another run's files make way when all is checked and training begins.
      try folder.takePlace()
      for name in [RunFiles.checkpoints, RunFiles.members] {
        _ = try AtomicFile.makeFolder("\(folder.path)/\(name)")
      }
    } catch {
      folder.discardIfEmpty()
      throw error
    }
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

  /// Averages the members, and measures and saves the average.
  private func finish(_ outcome: inout EnsembleOutcome) throws(DescentError) {
    var models: [Model] = []
    for member in outcome.members {
      models.append(try Model(contentsOf: member.path, kernels: start.kernels))
    }
    let mean = try Model.average(of: models)
    let reader = try CheckpointReader(outcome.members[0].path)
    var record = try reader.record()
    var held = try heldOut(models, mean, record)
    outcome.heldOut = held?.result
    let fit = HeldOutFit(
      to: held?.predictions, temperature: tempers(mean, models, record), first.config.threshold)
    outcome.fit = fit
    let average = try self.average(of: models, fit)
    held?.take(fit)
    outcome.comparison = try? comparison(models, average, record)
    record.average(average, config: config.value.mapValue, threads: summary.threads)
    record.heldOut = fit.record
    let checkpoint = Checkpoint(record: record, values: average.parameters.values, slots: [])
    try folder.write(checkpoint)
    try folder.pointBest(to: 0)
    try folder.pointLast(to: 0, record.history)
    outcome.path = folder.best
    try measure(average, record, &outcome)
    try writeReport(average, record, held, outcome)
  }

  /// Whether the average's logits are to be divided by a temperature: those that it makes one softmax or sigmoid of, and where it
  /// is asked for those that its members put out.
  private func tempers(_ mean: Model, _ models: [Model], _ record: CheckpointRecord) -> Bool {
    guard let rule = first.config.temperature, rule != .auto else {
      return mean.network.endsAfterAverage
    }
    let scale = record.configuration.cost.scale(of: mean.network.output)
    return rule == .always
      && (mean.network.endsAfterAverage
        || scale == .logits && models.allSatisfy(\.network.takesTemperature))
  }

  /// The average with what was found on held-out rows.
  private func average(of models: [Model], _ fit: HeldOutFit) throws(DescentError) -> Model {
    var average = try Model.average(of: models, temperature: fit.temperature ?? 1)
    if let temperature = fit.temperature, !average.network.endsAfterAverage {
      average = try Model.average(of: models.compactMap { $0.tempered(by: temperature) })
    }
    average.signature.threshold = fit.answersAbove
    return average
  }

  /// Evaluates the average on the test rows, where there are some.
  private func measure(
    _ average: Model, _ record: CheckpointRecord, _ outcome: inout EnsembleOutcome
  ) throws(DescentError) {
    guard let test = first.data.test else { return }
    let (cost, metrics) = try average.evaluate(
      on: test, cost: record.configuration.cost, metrics: record.configuration.metrics,
      threads: summary.threads)
    outcome.test = EvaluationResult(
      rows: test.count, cost: cost,
      metrics: zip(record.configuration.metrics, metrics).map { ($0.name, $1) },
      data: first.config.data.test?.description ?? "")
  }

  /// The average beside a linear model and a constant, on rows that none of its members was trained on; with folds and no such
  /// rows the means over folds, each judging the member that it validated.
  private func comparison(
    _ models: [Model], _ average: Model, _ record: CheckpointRecord
  ) throws(DescentError) -> BaselineComparison? {
    func compare(_ model: Model, _ data: RunData) throws(DescentError) -> BaselineComparison? {
      try BaselineComparison(
        of: model, cost: record.configuration.cost, monitor: record.configuration.best?.monitor,
        data: data, config: first.config.data, threads: summary.threads, kernels: start.kernels)
    }
    guard let folds = plan.folds, first.data.test == nil else {
      return try compare(average, first.data)
    }
    var all: [BaselineComparison] = []
    for fold in 0..<folds {
      let parsed = try RunConfig(config.member(fold, of: plan))
      let data = try RunData(
        parsed.data, seed: UInt64(parsed.seed), rows: start.rows.rows,
        encoding: start.rows.encoding)
      if let own = try compare(models[fold], data) { all.append(own) }
    }
    return BaselineComparison(meanOf: all)
  }

  /// Writes the page and the curves of the run.
  private func writeReport(
    _ average: Model, _ record: CheckpointRecord, _ held: HeldOut?, _ outcome: EnsembleOutcome
  ) throws(DescentError) {
    var page = RunReport(
      status: .finished,
      record: RunRecord(
        name: summary.name, history: record.history, state: record.state,
        segments: record.segments),
      network: average.network, configuration: record.configuration, config: record.config,
      segments: record.segments, samples: 0, kernels: start.kernels.name)
    page.members = try RunRecord.members(of: folder.path)
    (page.heldOut, page.comparison, page.test) = (
      outcome.heldOut, outcome.comparison, outcome.test
    )
    page.fit = outcome.fit
    // A page without it is better than none.
    page.understanding = try? understanding(average, held, record)
    if let held {
      page.judgement = Judgement(
        held.predictions, of: average, on: held.rows, role: "held-out", total: held.rows.count,
        cost: record.configuration.cost)
    }
    if let failure = RunReports.write(page, to: folder) { throw failure }
  }

  /// What the average makes of a table's columns, on the test rows; where there are none what its members make of them, on rows that
  /// they were not trained on.
  private func understanding(
    _ average: Model, _ held: HeldOut?, _ record: CheckpointRecord
  ) throws(DescentError) -> Understanding? {
    let cost = record.configuration.cost
    let errors = record.heldOut?.errors.first
    if let test = first.data.test {
      return try Understanding(
        average, on: test, errors: errors, cost: cost, effort: .little, threads: nil)
    }
    guard let held else {
      return try Understanding(
        average, on: first.data.training, areTrainedOn: true, cost: cost, effort: .little,
        threads: nil)
    }
    return try Understanding(
      average, on: held.rows, by: held.members, errors: errors, areOfTheRows: true, cost: cost,
      effort: .little, threads: nil)
  }

  /// What is said of rows that were not trained on.
  private func heldOut(
    _ models: [Model], _ average: Model, _ record: CheckpointRecord
  ) throws(DescentError) -> HeldOut? {
    var splits: [RowSplit] = []
    for fold in 0..<(plan.folds ?? 0) {
      let parsed = try RunConfig(config.member(fold, of: plan))
      if let split = try start.rows.rows.split(parsed.data, seed: UInt64(parsed.seed)) {
        splits.append(split)
      }
    }
    return try HeldOut(
      models, average: average, plan, record, data: first.data,
      all: start.rows.rows.encoded(start.rows.encoding), splits: splits, threads: summary.threads)
  }
}

extension CheckpointRecord {
  /// Makes it that of an average of networks, which nothing goes on from: it has no optimizer's state and no history.
  fileprivate mutating func average(_ model: Model, config: ConfigMap?, threads: Int) {
    network = model.network
    signature = model.signature
    self.config = config
    configuration.optimizer = GradientDescent(
      learningRate: configuration.optimizer.learningRate)
    configuration.schedule = ConstantSchedule()
    configuration.earlyStopping = nil
    configuration.best = nil
    history = History(metricNames: history.metricNames)
    state = RunState()
    segments = [
      RunSegment(
        step: 0, started: Date().timeIntervalSince1970, threads: threads,
        version: DescentVersion.current)
    ]
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
