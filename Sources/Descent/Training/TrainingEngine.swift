import Kernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Runs the training step of a network, step after step, by a worker team, and keeps the run's records.
///
/// It knows nothing of what layers do: `TrainingStep` has the phases that they lay down.
final class TrainingEngine: PhasedWork, @unchecked Sendable {
  /// Why `run` came back.
  enum Outcome {
    case endOfEpoch, stopped, paused
    /// Rows could not be had: the step that wanted them has changed nothing.
    case failed(DescentError)
    case diverged(cost: Double)
  }

  let network: Network
  let parameters: Parameters
  let slots: [AlignedFloats]
  let configuration: TrainingConfiguration
  let kernels: KernelSet
  let batchRows: Int
  let batchesPerEpoch: Int
  let rowsPerEpoch: Int

  var state: RunState
  var history: History

  private let source: BatchSource
  private let step: TrainingStep
  private let team: WorkerTeam
  private let control: TrainingControl
  /// For each of the batch's row metrics its number among all.
  private let rowMetrics: [Int]
  /// The outputs of the epoch's rows, where a metric needs them.
  private let kept: UnsafeMutableBufferPointer<Float>?
  /// By the number of rows in a batch.
  private let plans: [Int: StepPlan]

  /// The phases that deal with blocks of parameters; the one that forms gradients; and where each worker's blocks begin.
  private let blockPhases: Range<Int>
  private let formingPhase: Int?
  private let firstBlocks: [Int]

  private let order: UnsafeMutablePointer<UInt32>
  private var orderEpoch: Int?
  private var plan: StepPlan
  private var workers: UnsafeMutablePointer<Unmanaged<StepWorker>>
  private var deadline: Double?
  private var outcome = Outcome.endOfEpoch

  /// - Throws: where the machine has too little memory for it.
  init(
    network: Network, parameters: Parameters, slots: [AlignedFloats],
    configuration: TrainingConfiguration, form: TargetForm, dataset: Dataset, state: RunState,
    history: History, kernels: KernelSet, threads: Int, control: TrainingControl
  ) throws(DescentError) {
    self.network = network
    self.parameters = parameters
    self.slots = slots
    self.configuration = configuration
    self.kernels = kernels
    self.state = state
    self.history = history
    self.control = control
    rowsPerEpoch = dataset.count
    batchRows = configuration.batchSize.rows(of: dataset.count)
    batchesPerEpoch = (dataset.count + batchRows - 1) / batchRows
    rowMetrics = configuration.metrics.indices.filter {
      configuration.metrics[$0] is any RowMetric
    }
    let design = StepDesign(
      of: network, kernels: kernels, batchRows: batchRows,
      shards: configuration.shards.count(forBatchOf: batchRows), workers: threads)
    try MachineMemory.require(
      floats: TrainingMemory.steps(design, configuration, rows: dataset.count),
      for: "training with batches of \(batchRows) rows")
    source = BatchSource(
      dataset, form: form, outputs: network.outputWidth,
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
        order: order, kept: kept?.baseAddress))
    self.step = step
    blockPhases = step.phases.ofBlocks
    formingPhase = step.phases.forming
    firstBlocks = step.updates.shares.firstDeferred
    func plan(_ rows: Int) -> StepPlan {
      let shards = configuration.shards.count(forBatchOf: rows)
      return step.plan(rows: rows, shards: Shards(rows: rows, count: shards))
    }
    let full = plan(batchRows)
    let last = dataset.count - (batchesPerEpoch - 1) * batchRows
    plans = last == batchRows ? [last: full] : [batchRows: full, last: plan(last)]
    self.plan = full
    workers = full.workers
  }

  deinit {
    order.deallocate()
    kept?.deallocate()
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
    let targets = source.targets(in: UnsafeBufferPointer(start: order, count: rowsPerEpoch))
    return EpochPredictions(
      form: form, outputs: network.outputWidth, predictions: Array(kept),
      classes: targets.classes, values: targets.values,
      scale: configuration.cost.scale(of: network.output), names: source.targetNames)
  }

  /// Why rows could not be had, where that is so: nothing can be computed from them any more.
  var failure: DescentError? { source.failure }

  // MARK: - Running

  /// Trains to the end of the epoch, or until the control asks to stop, or until `deadline` (seconds of the
  /// monotonic clock), whichever comes first; always for at least one batch.
  func run(until deadline: Double? = nil) -> Outcome {
    if state.batch == 0 { state.beginEpoch(metrics: configuration.metrics.count) }
    prepareOrder()
    let remaining = batchesPerEpoch - state.batch
    Self.reserve(remaining, in: &history.stepCosts)
    if !configuration.schedule.isConstant { Self.reserve(remaining, in: &history.stepRates) }
    source.expect(
      UnsafeBufferPointer(
        start: order + state.batch * batchRows, count: rowsPerEpoch - state.batch * batchRows))
    for plan in plans.values { plan.prepare() }
    if let kept, state.batch > 0 { _ = kept.update(fromContentsOf: state.predictions) }
    state.predictions = []
    self.deadline = deadline
    beginStep()
    let start = Self.now()
    step.load()
    team.run(self, from: 0)
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
  static func now() -> Double {
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

  private func beginStep() {
    let firstRow = state.batch * batchRows
    step.position.pointee.firstRow = firstRow
    step.position.pointee.number += 1
    let rows = min(batchRows, rowsPerEpoch - firstRow)
    guard let plan = plans[rows] else { preconditionFailure("no plan for \(rows) rows") }
    self.plan = plan
    workers = plan.workers
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
    var cost = 0.0
    for row in 0..<plan.rows { cost += Double(step.memory.costs[row]) }
    for (index, values) in zip(rowMetrics, step.memory.metrics) {
      var sum = 0.0
      for row in 0..<plan.rows { sum += Double(values[row]) }
      state.metricSums[index] += sum
    }
    state.costSum += cost
    let isMean = step.refinement?.makesMean ?? false
    state.gradientNormSum += step.sumOfSquares.squareRoot() / (isMean ? 1 : Double(plan.rows))
    let penalty = (step.refinement?.penalty ?? 0) + plan.rowPenalty / Double(plan.rows)
    state.penaltySum += penalty * Double(plan.rows)
    state.rowsInEpoch += plan.rows
    state.samples += plan.rows
    state.batch += 1
    state.step += 1
    let batchCost = cost / Double(plan.rows)
    history.stepCosts.append(Float(batchCost))
    if !configuration.schedule.isConstant { history.stepRates.append(Float(state.lastRate)) }
    control.report(
      batch: state.batch, step: state.step, cost: state.costSum / Double(state.rowsInEpoch),
      rate: state.lastRate,
      metric: (rowMetrics.first.map { state.metricSums[$0] } ?? 0) / Double(state.rowsInEpoch)
    )
    guard batchCost.isFinite && penalty.isFinite else {
      outcome = .diverged(cost: batchCost + penalty)
      return false
    }
    if state.batch == batchesPerEpoch {
      outcome = .endOfEpoch
      return false
    }
    if control.isStopRequested {
      outcome = .stopped
      return false
    }
    if let deadline, Self.now() >= deadline {
      outcome = .paused
      return false
    }
    return true
  }

  // MARK: - PhasedWork

  func taskCount(of phase: Int) -> Int { plan.taskCounts[phase] }

  func firstTask(of worker: Int, width: Int, count: Int, phase: Int) -> Int {
    blockPhases.contains(phase) ? firstBlocks[worker] : worker * count / width
  }

  func phase(after phase: Int) -> Int? {
    if let failure = source.failure {
      outcome = .failed(failure)
      return nil
    }
    if phase + 1 < plan.taskCounts.count {
      if phase == formingPhase { step.refinement?.measureNorms() }
      return phase + 1
    }
    guard endStep() else { return nil }
    beginStep()
    return 0
  }

  func perform(task: Int, of phase: Int, worker: Int) {
    workers[worker]._withUnsafeGuaranteedRef { $0.perform(task: task, of: phase) }
  }
}
