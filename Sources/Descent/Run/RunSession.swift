import Foundation

/// A training run with its folder: what `descent train` and `descent resume` do.
public final class RunSession {
  public let summary: RunSummary
  public let control: TrainingControl
  let trainer: Trainer
  let config: RunConfig
  let data: RunData
  let queue: CheckpointQueue
  private let reports: RunReports
  /// Those that train it together; nil where this process alone does.
  let ranks: Ranks?
  /// Whether it is a member of an ensemble, which alone reports on what all come to.
  let isMember: Bool
  /// The epoch after which it comes to rest for now; nil: the last.
  var restingEpoch: Int?
  private var snapshotMemory = SnapshotMemory()
  private var events: RunEvents?
  /// What the run goes on from.
  let start: Start

  /// How a run stands as it begins or goes on.
  struct Start {
    /// Whether there is nothing left to do.
    var isDone = false
    /// Whether its end had been disturbed: what follows it, such as the report, is to be made again.
    var isMended = false
    /// Whether it is to be saved as it stands before anything else: in a folder of its own, or where its best was counted
    /// anew.
    var isToBeSaved = false
    /// The file that it goes on from, where it has come to no folder, because nothing is to be done.
    var file: String?
  }

  private init(
    setup: RunSetup, folder: RunFolder, start: Start = Start(), warnings: [String] = [],
    search: RateSearch? = nil, isMember: Bool = false, ranks: Ranks? = nil
  ) {
    self.isMember = isMember
    self.ranks = ranks
    trainer = setup.trainer
    config = setup.config
    data = setup.data
    control = trainer.control
    self.start = start
    trainer.config = config.resolved
    trainer.segments.append(
      RunSegment(
        step: trainer.state.step, started: Date().timeIntervalSince1970, threads: trainer.workers,
        version: DescentVersion.current))
    queue = CheckpointQueue(
      folder: folder, keep: config.checkpoint.keep,
      best: start.isToBeSaved ? nil : trainer.state.best.first)
    reports = RunReports(queue: queue)
    var warnings = warnings + (search?.remarks ?? []) + trainer.takeRemarks()
    if !folder.isLocked {
      warnings.append(
        "\(folder.path): the file system has no locks; see to it that no other process writes this run"
      )
    }
    var summary = setup.summary(folder: start.file ?? folder.path, warnings: warnings)
    summary.rateSearch = search
    summary.ranks = ranks?.count ?? 1
    self.summary = summary
  }

  // MARK: - Beginning

  /// A new run.
  ///
  /// - Parameters:
  ///   - config: the config, flags applied.
  ///   - output: the folder; nil for `runs/<name>` or the next free number.
  ///   - force: whether a run in that folder may be replaced.
  ///   - threads: cores to use; all of them where nil.
  ///   - from: a model file whose weights the network begins with.
  ///   - isModelsOwn: whether the config is the model's own. Rows are read as the model's were either way: its columns,
  ///     their encoding, its classes; another config may not ask for others.
  ///   - ranks: those that are to train together, of which this is the first. Where the config names no number of groups,
  ///     there are as many as they need.
  /// - Throws: what is wrong with config, data or folder.
  public static func new(
    config: ConfigNode, output: String?, force: Bool, threads: Int?, from: String?,
    isModelsOwn: Bool = false, kernels: KernelSet = .best, ranks: Ranks? = nil
  ) throws(DescentError) -> RunSession {
    let (config, remark) = try config.grouped(for: ranks)
    var model: Model?
    if let from { model = try Model(contentsOf: from, kernels: kernels) }
    var setup = try RunSetup(
      config: config, threads: threads, kernels: kernels,
      like: model?.signature, named: isModelsOwn ? nil : from, from: model?.network)
    if let model, let from {
      let (width, wanted) = (setup.data.training.width, model.network.inputWidth)
      guard width == wanted || !isModelsOwn else {
        throw DescentError(
          .invalidInput, "its rows have \(width) values, and \(from) takes \(wanted)",
          at: setup.config.data.train.description)
      }
      do throws(DescentError) {
        try setup.trainer.takeWeights(of: model, from: from)
      } catch {
        throw DescentError(
          error.kind, error.problem, at: error.place,
          advice:
            "descent inspect \(from.shellQuoted) shows its layers; the config's data.scale and model have to make "
            + "the same")
      }
    }
    let search = try setup.findRate()
    try setup.prepare(with: ranks)
    let folder = try begin(setup, output: output, force: force)
    return RunSession(
      setup: setup, folder: folder, warnings: remark.map { [$0] } ?? [], search: search,
      ranks: ranks)
  }

  /// The run of a member of an ensemble: a new one, or that in the folder, gone on with.
  ///
  /// - Parameters:
  ///   - path: its folder.
  ///   - rows: those that all members have in common.
  static func member(
    config: ConfigNode, at path: String, rows: SharedRows, threads: Int, kernels: KernelSet
  ) throws(DescentError) -> RunSession {
    if RunFolder.isRun(path), !RunFiles.areNothing(in: path) {
      let epochs = config["epochs"]?.value.integerValue
      return try resume(
        path, epochs: epochs, threads: threads, data: nil, labels: nil, output: nil,
        continueAfterStop: false, kernels: kernels, sharing: rows)
    }
    var setup = try RunSetup(
      config: config, threads: threads, kernels: kernels, rows: rows.rows, encoding: rows.encoding)
    let search = try setup.findRate()
    try setup.prepare()
    _ = try AtomicFile.makeFolder(PathName.parent(of: path))
    let folder = try begin(setup, output: path)
    return RunSession(setup: setup, folder: folder, search: search, isMember: true)
  }

  /// A folder for a new run, with its config.
  private static func begin(
    _ setup: RunSetup, output: String?, force: Bool = false
  ) throws(DescentError) -> RunFolder {
    let folder = try RunFolder.create(output: output, name: setup.config.name, force: force)
    do {
      try folder.writeConfig(setup.config.resolved)
    } catch {
      folder.discardIfEmpty()
      throw error
    }
    return folder
  }

  /// Goes on with a run where its newest complete checkpoint stands.
  ///
  /// - Parameters:
  ///   - path: a run's folder, its `last.h5`, or another Descent file, which begins a folder of its own.
  ///   - epochs: the total to go to; nil for the number the run was begun with.
  ///   - data: where the training rows are now, if not where they were; `labels` and `weights`, where their own
  ///     files are.
  ///   - target: the column to be predicted, or several; for a model that was imported.
  ///   - settings: keys of the config, as in `batch_size=64`; for a model that was imported.
  ///   - continueAfterStop: whether to go on after an early stop.
  ///   - ranks: those that are to train together, of which this is the first: any number, up to that of the run's groups.
  /// - Throws: what is wrong with the file or the data.
  public static func resume(
    _ path: String, epochs: Int?, threads: Int?, data: String?, labels: String?,
    weights: String? = nil, target: [String] = [], settings: [String] = [], output: String?,
    continueAfterStop: Bool, kernels: KernelSet = .best, ranks: Ranks? = nil
  ) throws(DescentError) -> RunSession {
    try resume(
      path, epochs: epochs, threads: threads, data: data, labels: labels, weights: weights,
      target: target, settings: settings, output: output, continueAfterStop: continueAfterStop,
      kernels: kernels, sharing: nil, ranks: ranks)
  }

  /// - Parameter shared: the rows of a member of several runs; nil where the run is one by itself.
  private static func resume(
    _ path: String, epochs: Int?, threads: Int?, data: String?, labels: String?,
    weights: String? = nil, target: [String] = [], settings: [String] = [], output: String?,
    continueAfterStop: Bool, kernels: KernelSet, sharing shared: SharedRows?, ranks: Ranks? = nil
  ) throws(DescentError) -> RunSession {
    var newest: NewestCheckpoint
    var inPlace: RunFolder?
    if let run = try NewestCheckpoint.run(of: path) {
      // What is to be gone on with is locked before it is read.
      if output == nil { inPlace = try RunFolder.open(run) }
      newest = try NewestCheckpoint(of: inPlace ?? RunFolder(existing: run))
    } else {
      newest = try NewestCheckpoint(file: path)
    }
    let known = newest.checkpoint.state.best
    let bestFiles = newest.checkBest()
    let checkpoint = newest.checkpoint
    var start = Start()
    if let inPlace { start.isMended = try newest.mend(inPlace, best: bestFiles.first) }
    var warnings = newest.warnings
    guard let map = checkpoint.config else {
      guard checkpoint.state.priorSteps != nil, checkpoint.state.step == 0 else {
        throw DescentError(
          .invalidInput, "it holds no config: it was saved by a program, not by descent train",
          at: path, advice: "resume it there, with Trainer(resuming:)")
      }
      return try begin(
        from: checkpoint, path: path, data: data, labels: labels, target: target,
        settings: settings, epochs: epochs, output: output, threads: threads, kernels: kernels,
        ranks: ranks)
    }
    let source = ConfigSource(name: path)
    var node = ConfigNode(.map(map), at: ConfigPlace(source: source), path: "")
    guard try RunConfig(node).ensemble == nil else {
      throw DescentError(
        .invalidInput, "it is the average of several networks, which is not trained itself",
        at: path, advice: "resume the run that it is of, by its folder")
    }
    guard target.isEmpty, settings.isEmpty else {
      throw DescentError(
        .usage, "the run was begun with a config, which has its target and its settings",
        at: target.isEmpty ? "--set" : "--target",
        advice: "leave it out, or begin a new run with train --from")
    }
    if let data { node = try node.reading(data, labels: labels, weights: weights) }
    if let epochs { node = try node.setting("epochs", to: .integer(epochs), flag: "--epochs") }
    if checkpoint.kernels != kernels.name {
      warnings.append(
        "the run was made with the kernel set \(checkpoint.kernels); with \(kernels.name) it goes "
          + "on, but not to the same bits")
    }
    var config = try RunConfig(node)
    config.data.model = checkpoint.signature
    let trainer = Trainer(checkpoint, threads: threads, kernels: kernels)
    trainer.name = config.name
    if continueAfterStop {
      trainer.state.earlyStopping.hasStopped = false
      trainer.state.earlyStopping.wait = 0
    }
    start.isDone = trainer.state.epoch >= config.epochs || trainer.state.earlyStopping.hasStopped
    if data == nil, shared == nil { try InputPath.requireLasting(config.data.train.paths) }
    let data = try RunData(
      config.data, seed: UInt64(config.seed), rows: shared?.rows, encoding: shared?.encoding)
    if trainer.configuration.best?.monitor == nil {
      // A run of an earlier version, which took the cost of an epoch for that of the weights at its end.
      let validates = data.validation != nil
      trainer.configuration.best = BestRule(
        monitor: validates ? "validation_cost" : "cost", count: config.checkpoint.best)
      config.complete(checkpointMonitor: trainer.configuration.best?.monitor)
      if !validates, !trainer.state.best.isEmpty {
        trainer.state.best = []
        warnings.append(
          "an earlier version chose the best epoch by a cost of weights before its end; it is counted anew from here on"
        )
      }
    }
    let setup = RunSetup(
      config: config, data: data, network: checkpoint.network, trainer: trainer)
    try setup.prepare(with: ranks)
    if !known.isEmpty, trainer.state.best.isEmpty { try trainer.countBestAnew() }
    start.isToBeSaved = trainer.state.best != known
    if let inPlace {
      if !start.isDone { try inPlace.writeConfig(setup.config.resolved) }
      return RunSession(
        setup: setup, folder: inPlace, start: start, warnings: warnings,
        isMember: shared != nil, ranks: ranks)
    }
    guard !start.isDone else {
      (start.file, start.isToBeSaved) = (newest.path, false)
      return RunSession(
        setup: setup, folder: RunFolder(existing: newest.path), start: start, warnings: warnings)
    }
    let folder = try begin(setup, output: output)
    do {
      for (best, file) in zip(checkpoint.state.best, bestFiles) {
        try AtomicFile.link(file, as: folder.checkpoint(best.step))
      }
    } catch {
      folder.discardIfEmpty()
      throw error
    }
    start.isToBeSaved = true
    return RunSession(
      setup: setup, folder: folder, start: start, warnings: warnings, ranks: ranks)
  }

  /// A new run that goes on from an imported model, with its optimizer's state where the settings leave it the
  /// optimizer.
  private static func begin(
    from checkpoint: Checkpoint, path: String, data: String?, labels: String?, target: [String],
    settings: [String], epochs: Int?, output: String?, threads: Int?, kernels: KernelSet,
    ranks: Ranks?
  ) throws(DescentError) -> RunSession {
    guard let data else {
      throw DescentError(
        .usage, "the model was imported, and its file names no data", at: path,
        advice: "name the rows to train on with --data (and --labels, or --target)")
    }
    let rows: ConfigValue =
      labels.map { ["features": .string(data), "labels": .string($0)] } ?? .string(data)
    var node = ConfigNode(
      network: checkpoint.network, training: checkpoint.configuration,
      signature: checkpoint.signature, rows: rows,
      at: ConfigPlace(source: ConfigSource(name: path)))
    for setting in settings { node = try node.setting(setting) }
    if !target.isEmpty {
      node = try node.setting(
        "data.target", to: .list(target.map { .string($0) }), flag: "--target")
    }
    if let epochs { node = try node.setting("epochs", to: .integer(epochs), flag: "--epochs") }
    let (grouped, remark) = try node.grouped(for: ranks)
    var setup = try RunSetup(
      config: grouped, threads: threads, kernels: kernels, like: checkpoint.signature,
      from: checkpoint.network)
    var warnings = remark.map { [$0] } ?? []
    if try !setup.trainer.takeState(of: checkpoint, from: path) {
      warnings.append("the optimizer is another than the model's, and begins anew")
    }
    let search = try setup.findRate()
    try setup.prepare(with: ranks)
    let folder = try begin(setup, output: output)
    return RunSession(
      setup: setup, folder: folder, warnings: warnings, search: search, ranks: ranks)
  }

  // MARK: - Running

  /// Trains to the last epoch, to an early stop, or until `control` asks to stop.
  ///
  /// - Parameter report: called for each event, on the calling thread.
  /// - Throws: `diverged` where the cost is no longer finite, `inputOutput` where the last state could not
  ///   be saved.
  public func run(_ report: (RunEvent) -> Void) throws(DescentError) -> RunOutcome {
    let began = TrainingEngine.now()
    if start.isToBeSaved { try save(report) }
    guard !start.isDone else { return try outcome(.nothingToDo, since: began, report) }
    var savedEpoch = trainer.state.epoch
    var savedTime = began
    var reason = RunOutcome.Reason.finished
    try ranks?.begin(trainer)
    beginEvents(report)
    training: while trainer.state.epoch < config.epochs {
      if let restingEpoch, trainer.state.epoch >= restingEpoch {
        reason = .interrupted
        break
      }
      var deadline = savedTime + config.checkpoint.everySeconds
      if events != nil { deadline = min(deadline, TrainingEngine.now() + RunEvents.interval) }
      let advance = try advance(until: deadline)
      follow(report)
      switch advance {
      case .epoch(let record):
        if trainer.isAmongBest { queue.keep(best: try snapshot()) }
        report(.epoch(record, isBest: trainer.isAtBest))
        for remark in trainer.takeRemarks() { report(.warning(remark)) }
      case .stopped:
        reason = .interrupted
        break training
      case .diverged(let step, let cost):
        try ranks?.rest()
        try diverged(
          "the cost became \(cost.isNaN ? "NaN" : "infinite") in step \(step) (epoch \(trainer.state.epoch + 1))",
          step: step, report)
      case .paused: break
      }
      if trainer.state.earlyStopping.hasStopped {
        reason = .stoppedEarly
        break
      }
      if control.isStopRequested && trainer.state.epoch < config.epochs {
        reason = .interrupted
        break
      }
      let now = TrainingEngine.now()
      let isDue =
        trainer.state.epoch - savedEpoch >= config.checkpoint.everyEpochs
        || now - savedTime >= config.checkpoint.everySeconds
      if isDue && queue.isReady && trainer.state.epoch < config.epochs {
        queue.write(try currentCopy())
        savedEpoch = trainer.state.epoch
        savedTime = now
      }
      if !isMember { reports.renew(trainer) }
      deliver(report)
    }
    try gatherSlots()
    try ranks?.rest()
    queue.finish()
    deliver(report)
    // Training is over: nothing has to be copied.
    try save(report)
    return try outcome(reason, since: began, report)
  }

  /// Writes the run as it stands, while it stands.
  /// - Throws: `inputOutput`, and where the disk has the run then; `diverged` where its weights are no longer finite.
  private func save(_ report: (RunEvent) -> Void) throws(DescentError) {
    queue.write(try trainer.checkpoint())
    queue.finish()
    let (failure, written) = queue.takeResults()
    for path in written { report(.checkpoint(path: path)) }
    guard var failure else { return }
    if failure.kind == .invalidInput {
      try diverged(failure.problem, step: trainer.state.step, report)
    }
    let folder = queue.folder
    let isThere = !folder.checkpointSteps().isEmpty
    if !isThere { folder.discardIfEmpty() }
    let next =
      isThere
      ? "descent resume \(folder.path.shellQuoted) then goes on from what is saved there"
      : "nothing of the run is saved"
    failure.advice = [failure.advice, next].compactMap { $0 }.joined(separator: "; ")
    throw failure
  }

  /// A copy of the run as it stands: that of its best, where it was taken at this step.
  private func currentCopy() throws(DescentError) -> Checkpoint {
    if let best = queue.newestPending, best.state == trainer.state { return best }
    return try snapshot()
  }

  /// A copy of the run as it stands, from which it can be written while training goes on.
  private func snapshot() throws(DescentError) -> Checkpoint {
    try gatherSlots()
    return try trainer.snapshot(into: &snapshotMemory)
  }

  /// Passes on what the background has done. A failure there is a warning: the next checkpoint tries again,
  /// and the last one throws.
  func deliver(_ report: (RunEvent) -> Void) {
    let (failure, written) = queue.takeResults()
    for path in written { report(.checkpoint(path: path)) }
    if let failure = failure ?? reports.takeFailure() {
      report(.warning("\(failure); training goes on"))
    }
  }

  // MARK: - Events

  private func beginEvents(_ report: (RunEvent) -> Void) {
    guard config.tensorBoard != nil else { return }
    attempt(report) { () throws(DescentError) in
      events = try RunEvents(in: queue.folder.current, of: trainer, config: config, data: data)
    }
  }

  private func follow(_ report: (RunEvent) -> Void) {
    attempt(report) { () throws(DescentError) in try events?.follow(trainer) }
  }

  func endEvents(_ status: HyperParameters.Status, _ report: (RunEvent) -> Void) {
    attempt(report) { () throws(DescentError) in try events?.end(status) }
  }

  /// A failure of what only watches is a warning.
  func attempt(
    _ report: (RunEvent) -> Void, _ action: () throws(DescentError) -> Void
  ) {
    do throws(DescentError) {
      try action()
    } catch {
      report(.warning("\(error); training goes on"))
    }
  }
}

extension ConfigNode {
  /// A run's config with its training rows at another place.
  func reading(
    _ data: String, labels: String?, weights: String?
  ) throws(DescentError) -> ConfigNode {
    let place = FileManager.default.currentDirectoryPath
    func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(place)/\(path)" }
    var value = ConfigValue.string(absolute(data))
    if let labels {
      var files: ConfigMap = [
        "features": .string(absolute(data)), "labels": .string(absolute(labels)),
      ]
      files["weights"] = weights.map { .string(absolute($0)) }
      value = .map(files)
    }
    return try setting("data.train", to: value, flag: "--data")
  }
}
