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

  init(
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
