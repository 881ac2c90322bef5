import LibC

/// Runs the training step of a network, step after step, by a worker team, and keeps the run's records.
///
/// It knows nothing of what layers do: `TrainingStep` has the phases that they lay down.
package final class TrainingEngine: PhasedWork, @unchecked Sendable {
  /// Why `run` came back.
  enum Outcome {
    case endOfEpoch, stopped, paused
    /// Rows could not be had: the step that wanted them has changed nothing.
    case failed(DescentError)
    case diverged(cost: Double)
    /// The exchange with other engines failed, in the middle of a step.
    case lost(DescentError)
  }

  package let network: Network
  package let parameters: Parameters
  /// The optimizer's slots; nil for one of which the engine keeps a part.
  let slots: [AlignedFloats?]
  package let configuration: TrainingConfiguration
  package let kernels: KernelSet
  package let batchRows: Int
  package let batchesPerEpoch: Int
  package let rowsPerEpoch: Int

  package var state: RunState
  package var history: History

  private let source: BatchSource
  private let augmentation: AugmentationPlan?
  private let step: TrainingStep
  private let team: WorkerTeam
  private let control: TrainingControl
  /// For each of the batch's row metrics its number among all.
  private let rowMetrics: [Int]
  /// The outputs of the epoch's rows, where a metric needs them.
  private let kept: UnsafeMutableBufferPointer<Float>?
  /// By the number of rows in a batch.
  private let plans: [Int: StepPlan]

  /// For each phase that deals with blocks, by its number, where every worker's begin; nil for other phases.
  private let firstBlocks: UnsafeMutablePointer<UnsafeMutablePointer<Int>?>
  private let phaseCount: Int

  private let order: UnsafeMutablePointer<UInt32>
  private var orderEpoch: Int?
  /// The plan of the step under way, which is one of those above.
  private var plan: Unmanaged<StepPlan>
  private let isShared: Bool
  private var deadline: Double?
  /// How the exchange with other engines failed.
  private var loss: DescentError?
  private var outcome = Outcome.endOfEpoch

  /// Its part of the slots that are divided among several.
  var slotShare: SlotShare? { step.slotShare }
  /// The cores that steps use.
  var workers: Int { team.width }

  /// - Parameters:
  ///   - slots: nil in the place of one that is not there yet.
  ///   - exchange: what joins the engine with others that take the other groups of every batch; nil: it takes all.
  /// - Throws: where the machine has too little memory for it.
  package init(
    network: Network, parameters: Parameters, slots: [AlignedFloats?],
    configuration: TrainingConfiguration, form: TargetForm, dataset: Dataset, state: RunState,
    history: History, kernels: KernelSet, threads: Int, control: TrainingControl,
    exchange: (any GradientExchange)? = nil
  ) throws(DescentError) {
    self.network = network
    self.parameters = parameters
    self.configuration = configuration
    self.kernels = kernels.with(network.precision)
    self.state = state
    self.history = history
    self.control = control
    rowsPerEpoch = dataset.count
    batchRows = configuration.batchSize.rows(of: dataset.count)
    batchesPerEpoch = (dataset.count + batchRows - 1) / batchRows
    rowMetrics = configuration.metrics.indices.filter {
      configuration.metrics[$0] is any RowMetric
    }
    let share = GroupShare(
      exchange?.groups, among: GroupTree(groups: configuration.groups))
    let last = dataset.count - (batchesPerEpoch - 1) * batchRows
    let batches = [batchRows, last].map { rows in
      BatchShare(
        of: Shards(rows: rows, count: configuration.shardCount(forBatchOf: rows)), share)
    }
    let design = StepDesign(
      of: network, kernels: self.kernels, batchRows: max(1, batches.map(\.rows).max() ?? 1),
      shards: max(1, batches.map(\.shards.count).max() ?? 1), share: share, workers: threads,
      gathersOnce: !configuration.augmentation.isEmpty)
    try MachineMemory.require(
      floats: TrainingMemory.steps(
        design, configuration, rows: dataset.count, exchange: exchange),
      for: "training with batches of \(batchRows) rows")
    augmentation = AugmentationPlan(configuration, of: dataset)
    source = BatchSource(
      dataset, form: configuration.trainingForm(form), outputs: network.outputWidth,
      weights: configuration.rowWeights(of: dataset))
    team = WorkerTeam(width: threads)
    kept = Self.room(
      for: dataset.count, outputs: network.outputWidth, metrics: configuration.metrics)
    order = .allocate(capacity: dataset.count)
    order.initialize(repeating: 0, count: dataset.count)
    let step = TrainingStep(
      design,
      TrainingStep.Setting(
        parameters: parameters, slots: slots, configuration: configuration, source: source,
        augmentation: augmentation, exchange: exchange,
        order: order, kept: kept?.baseAddress))
    self.step = step
    self.slots = step.slots
    phaseCount = step.phases.stages.count
    firstBlocks = .allocate(capacity: phaseCount)
    for (phase, stage) in step.phases.stages.enumerated() {
      let firsts = step.updates.shares.list(of: stage.phase)?.firsts.map { $0 }
      (firstBlocks + phase).initialize(to: firsts.map(Self.copy))
    }
    let full = step.plan(batches[0])
    plans = last == batchRows ? [last: full] : [batchRows: full, last: step.plan(batches[1])]
    plan = .passUnretained(full)
    isShared = exchange != nil
  }

  deinit {
    for phase in 0..<phaseCount { firstBlocks[phase]?.deallocate() }
    firstBlocks.deallocate()
    order.deallocate()
    kept?.deallocate()
  }

  /// A copy whose elements are read without counting a reference to an array.
  private static func copy(_ numbers: [Int]) -> UnsafeMutablePointer<Int> {
    let copy = UnsafeMutablePointer<Int>.allocate(capacity: numbers.count)
    copy.initialize(from: numbers, count: numbers.count)
    return copy
  }

  /// Memory for the outputs of so many rows, where a metric needs them all.
  private static func room(
    for rows: Int, outputs: Int, metrics: [any Metric]
  ) -> UnsafeMutableBufferPointer<Float>? {
    guard metrics.contains(where: { $0 is any EpochMetric }) else { return nil }
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: rows * outputs)
    buffer.initialize(repeating: 0)
    return buffer
  }

  /// The predictions of the epoch that has come to its end, for the metrics that need them all.
  func epochPredictions() -> EpochPredictions? {
    guard let kept, let form = source.form else { return nil }
    let targets = source.targets(
      in: UnsafeBufferPointer(start: order, count: rowsPerEpoch), mixed: mixture)
    return EpochPredictions(
      form: form, outputs: network.outputWidth, predictions: Array(kept),
      classes: targets.classes, values: targets.values,
      scale: configuration.cost.scale(of: network.output), names: source.targetNames)
  }

  /// How the row at a place of the epoch was mixed, with which place's and with which share of its own.
  private func mixture(of place: Int) -> (partner: Int, share: Float)? {
    guard let augmentation else { return nil }
    let first = place / batchRows * batchRows
    return augmentation.mixture(
      of: place, in: first..<min(first + batchRows, rowsPerEpoch), epoch: state.epoch
    ).map { ($0.partner, augmentation.share($0.mixture)) }
  }

  /// Why rows, or other engines' sums, could not be had, where that is so: nothing can be computed from them any more.
  package var failure: DescentError? { source.failure ?? loss }

  // MARK: - Running

  /// Trains to the end of the epoch, or until the control asks to stop, or until `deadline` (seconds of the
  /// monotonic clock), whichever comes first; always for at least one batch.
  func run(until deadline: Double? = nil) -> Outcome {
    if state.batch == 0 { state.beginEpoch(metrics: configuration.metrics.count) }
    prepareOrder()
    let remaining = batchesPerEpoch - state.batch
    Self.reserve(remaining, in: &history.stepCosts)
    if !configuration.schedule.isConstant { Self.reserve(remaining, in: &history.stepRates) }
    expectRows()
    for plan in plans.values { plan.prepare() }
    if let kept, state.batch > 0 { _ = kept.update(fromContentsOf: state.predictions) }
    state.predictions = []
    self.deadline = deadline
    beginStep()
    let start = Self.now()
    step.load()
    do throws(DescentError) {
      try step.join()
      team.run(self, from: 0)
      completeState()
    } catch { lose(error) }
    step.store()
    state.seconds += Self.now() - start
    if let kept, state.batch < batchesPerEpoch {
      state.predictions = Array(kept.prefix(state.rowsInEpoch * network.outputWidth))
    }
    return outcome
  }

  /// Makes room for more, so that no step allocates; at least doubling it, so that no run of many short epochs
  /// copies its history in every one.
  private static func reserve(_ more: Int, in array: inout [Float]) {
    guard array.capacity < array.count + more else { return }
    array.reserveCapacity(max(array.count + more, 2 * array.count))
  }

  /// Seconds of the monotonic clock.
  package static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The epoch's order of rows. The same for any thread, and after a resumption.
  private func prepareOrder() {
    guard orderEpoch != state.epoch else { return }
    orderEpoch = state.epoch
    if configuration.shuffle && batchRows < rowsPerEpoch {
      let random = CounterRandom(seed: configuration.seed, purpose: .shuffle, epoch: state.epoch)
      let permutation = random.permutation(count: rowsPerEpoch)
      permutation.withUnsafeBufferPointer {
        if let base = $0.baseAddress { order.update(from: base, count: rowsPerEpoch) }
      }
    } else {
      for row in 0..<rowsPerEpoch { order[row] = UInt32(row) }
    }
  }

  /// Says which rows will be gathered to the end of the epoch: of batches that engines share, its own.
  private func expectRows() {
    let first = state.batch * batchRows
    guard !step.design.share.isWhole else {
      source.expect(UnsafeBufferPointer(start: order + first, count: rowsPerEpoch - first))
      return
    }
    var own: [UInt32] = []
    own.reserveCapacity(rowsPerEpoch - first)
    for start in stride(from: first, to: rowsPerEpoch, by: batchRows) {
      guard let share = plans[min(batchRows, rowsPerEpoch - start)]?.share else { continue }
      own += UnsafeBufferPointer(start: order + start + share.firstRow, count: share.rows)
    }
    own.withUnsafeBufferPointer { source.expect($0) }
  }

  private func beginStep() {
    let firstRow = state.batch * batchRows
    let rows = min(batchRows, rowsPerEpoch - firstRow)
    guard let plan = plans[rows] else { preconditionFailure("no plan for \(rows) rows") }
    self.plan = .passUnretained(plan)
    step.position.pointee.firstRow = firstRow + plan.share.firstRow
    step.position.pointee.epoch = state.epoch
    step.position.pointee.batch = firstRow..<firstRow + rows
    step.position.pointee.number += 1
    step.execution.step.epoch = state.epoch
    step.execution.step.stepInEpoch = state.batch
    let rate =
      state.plateau.rate
      ?? configuration.schedule.rate(
        step: state.step, stepsPerEpoch: batchesPerEpoch, horizon: configuration.horizon,
        base: configuration.optimizer.learningRate)
    state.lastRate = rate
    let updatesDone = state.iteration / (configuration.optimizer.updates.accumulateSteps ?? 1)
    step.position.pointee.coefficients = configuration.optimizer.coefficients(
      rate: Float(rate), iteration: updatesDone + 1)
    step.refinement?.begin(step: state.iteration, rate: rate, rows: rows)
  }

  /// Takes the finished step into the records. False when the run has to come back.
  private func endStep() -> Bool {
    let figures = step.figures
    let plan = plan.takeUnretainedValue()
    figures.take(
      step.memory, of: plan, stops: control.isStopRequested,
      pauses: deadline.map { Self.now() >= $0 } ?? false)
    if isShared {
      do throws(DescentError) {
        try step.exchangeFigures(of: plan.share, kept: keptOfBatch)
      } catch {
        lose(error)
        return false
      }
    }
    let rows = plan.share.batchRows
    for (number, index) in rowMetrics.enumerated() {
      state.metricSums[index] += figures.metric(number)
    }
    state.costSum += figures.cost
    let isMean = step.refinement?.makesMean ?? false
    state.gradientNormSum += step.sumOfSquares.squareRoot() / (isMean ? 1 : Double(rows))
    let penalty = (step.refinement?.penalty ?? 0) + figures.rowPenalty / Double(rows)
    state.penaltySum += penalty * Double(rows)
    state.rowsInEpoch += rows
    state.samples += rows
    state.batch += 1
    state.step += 1
    let batchCost = figures.cost / Double(rows)
    history.stepCosts.append(Float(batchCost))
    if !configuration.schedule.isConstant { history.stepRates.append(Float(state.lastRate)) }
    control.report(
      batch: state.batch, step: state.step, cost: state.costSum / Double(state.rowsInEpoch),
      rate: state.lastRate,
      metric: (rowMetrics.first.map { state.metricSums[$0] } ?? 0) / Double(state.rowsInEpoch)
    )
    if !(batchCost.isFinite && penalty.isFinite) {
      outcome = .diverged(cost: batchCost + penalty)
    } else if state.batch == batchesPerEpoch {
      outcome = .endOfEpoch
    } else if figures.isStopRequested {
      outcome = .stopped
    } else if figures.isPauseRequested {
      outcome = .paused
    } else {
      return true
    }
    return false
  }

  /// Completes the weights, of which engines that share updates have a part each, wherever all come to rest.
  private func completeState() {
    switch outcome {
    case .failed, .lost: return
    case .endOfEpoch, .stopped, .paused, .diverged: break
    }
    do throws(DescentError) {
      try step.complete { perform(task: $0, of: $1, worker: 0) }
    } catch { lose(error) }
  }

  private func lose(_ error: DescentError) {
    loss = error
    outcome = .lost(error)
  }

  /// The outputs that are kept of the batch under way.
  private var keptOfBatch: UnsafeMutableBufferPointer<Float>? {
    guard let kept else { return nil }
    let width = network.outputWidth
    let first = state.batch * batchRows * width
    let rows = plan._withUnsafeGuaranteedRef { $0.share.batchRows }
    return UnsafeMutableBufferPointer(rebasing: kept[first..<first + rows * width])
  }

  // MARK: - PhasedWork

  func taskCount(of phase: Int) -> Int {
    plan._withUnsafeGuaranteedRef { $0.taskCounts[phase] }
  }

  func firstTask(of worker: Int, width: Int, count: Int, phase: Int) -> Int {
    firstBlocks[phase]?[worker] ?? worker * count / width
  }

  func phase(after phase: Int) -> Int? {
    if let failure = source.failure {
      step.leave(because: failure)
      outcome = .failed(failure)
      return nil
    }
    var next = phase + 1
    do throws(DescentError) {
      try step.prepare(for: next)
      if next == phaseCount {
        guard endStep() else { return nil }
        beginStep()
        next = 0
        try step.prepare(for: next)
      }
    } catch {
      lose(error)
      return nil
    }
    return next
  }

  package func perform(task: Int, of phase: Int, worker: Int) {
    plan._withUnsafeGuaranteedRef {
      $0.workers.with(worker) { $0.perform(task: task, of: phase) }
    }
    if isShared { step.progress() }
  }
}
