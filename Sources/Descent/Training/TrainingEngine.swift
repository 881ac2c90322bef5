import Kernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The data-parallel training step, run step after step by a worker team.
///
/// A step's phases: rows forward, cost, rows backward, by groups of rows; then every parameter's gradient,
/// block by block, each block formed shard after shard, averaged, applied by the optimizer and done with, so
/// that no gradient vector exists. A layer that looks across samples splits the first phase in three. A large layer
/// (`ColumnSplitLayer`) has phases of its own, by columns: forward, the activation's derivative, and backward, where
/// each stripe of its kernel is read for the input's gradient and, while it is in the cache, updated.
final class TrainingEngine: PhasedWork, @unchecked Sendable {
  /// Why `run` came back.
  enum Outcome {
    case endOfEpoch, stopped, paused
    case diverged(cost: Double)
  }

  /// What depends on the number of rows in a batch: the full batch and the ragged last one have one each.
  private final class Plan {
    let rows: Int
    let contexts: [LayerContext]
    /// The tasks of phases that go by rows.
    let groups: [Range<Int>]
    /// A pointer, whose elements are borrowed without being counted: all workers would count the array's references.
    let workers: UnsafeMutablePointer<Unmanaged<StepWorker>>
    private let owners: [StepWorker]

    init(
      rows: Int, shards: Shards, memory: BatchMemory, shared: StepWorker.Resources,
      scratch: [StepWorker.Scratch], split: SplitMemory?
    ) {
      self.rows = rows
      let contexts = shared.execution.contexts(rows: rows, shards: shards)
      self.contexts = contexts
      // As many groups as workers where that leaves no group too long for the cache, none too short.
      let width = scratch.count
      let groupsPerWorker = (rows + width * 128 - 1) / (width * 128)
      let count = max(1, min(width * groupsPerWorker, (rows + 7) / 8))
      let groups = (0..<count).map { $0 * rows / count..<($0 + 1) * rows / count }
      self.groups = groups
      let work = split?.work(rows: rows)
      owners = scratch.indices.map { worker in
        StepWorker(
          shared, scratch: scratch[worker], rows: rows, groups: groups, contexts: contexts,
          cost: memory.costContext(shared.execution, rows: rows),
          transposed: split?.transposed(rows: rows), work: work?[worker],
          parts: contexts.indices.map { layer in
            let chains = shared.tasks.chains[layer]
            return chains == 0
              ? nil
              : split?.parts(rows: chains * rows, columns: contexts[layer].output.columns)
          })
      }
      workers = .allocate(capacity: width)
      for worker in 0..<width {
        (workers + worker).initialize(to: .passUnretained(owners[worker]))
      }
    }

    deinit { workers.deallocate() }
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

  private let source: RowSource
  private let execution: Execution
  private let memory: BatchMemory
  private let splitMemory: SplitMemory?
  private let team: WorkerTeam
  private let tasks: StepPhases
  private let panels: ColumnPanels?
  private let refinement: UpdateRefinement?
  private let penalizingLayers: [Int]
  private let rowMetrics: [(metric: any RowMetric, index: Int)]
  /// The outputs of the epoch's rows, where a metric needs them.
  private let kept: UnsafeMutableBufferPointer<Float>?
  private let squares: AlignedFloats
  private let plans: [Int: Plan]
  private let control: TrainingControl

  private let order: UnsafeMutablePointer<UInt32>
  private let step: UnsafeMutablePointer<StepWorker.Step>
  private var orderEpoch: Int?
  private var plan: Plan
  private var workers: UnsafeMutablePointer<Unmanaged<StepWorker>>
  private var deadline: Double?
  private var outcome = Outcome.endOfEpoch

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
    try MachineMemory.require(
      floats: TrainingMemory.steps(
        network, configuration, rows: dataset.count, threads: threads, kernels: kernels),
      for: "training with batches of \(batchRows) rows")
    rowMetrics = configuration.metrics.enumerated().compactMap { index, metric in
      (metric as? any RowMetric).map { ($0, index) }
    }
    source = RowSource(
      dataset, form: form, outputs: network.outputWidth,
      weights: configuration.rowWeights(of: dataset))
    execution = Execution(
      network: network, parameters: parameters, kernels: kernels, capacity: batchRows,
      isTraining: true,
      costTakesActivation: network.layers[network.layers.count - 1].outputActivation.map {
        configuration.cost.takesOver($0)
      } ?? false)
    execution.step.seed = configuration.seed
    memory = BatchMemory(
      capacity: batchRows, form: form, outputs: network.outputWidth,
      metrics: rowMetrics.count, isWeighted: source.isWeighted,
      threshold: configuration.cost.fit.threshold)
    team = WorkerTeam(width: threads)
    let places = StepPhases.places(of: network, kernels: kernels)
    let updated = UpdatedMemory(
      network: network, parameters: parameters, slots: slots, batchRows: batchRows)
    panels = updated.panels
    refinement = UpdateRefinement(
      optimizer: configuration.optimizer, memory: updated, places: places, kernels: kernels)
    tasks = StepPhases(
      network: network, places: places, memory: updated,
      slots: configuration.optimizer.slots.count, kernels: kernels,
      gradientIsWhole: refinement?.needsNorm ?? false,
      movesWeights: !(configuration.optimizer is GradientCapture), workers: threads,
      batchRows: batchRows)
    squares = AlignedFloats(count: tasks.squareCount)
    kept = Self.room(
      for: dataset.count, outputs: network.outputWidth, metrics: configuration.metrics)
    order = .allocate(capacity: dataset.count)
    order.initialize(repeating: 0, count: dataset.count)
    splitMemory = SplitMemory(
      network: network, capacity: batchRows, width: threads, chains: tasks.chains)
    step = .allocate(capacity: 1)
    step.initialize(to: StepWorker.Step(order: order))
    let shared = StepWorker.Resources(
      tasks: tasks, source: source, execution: execution, memory: memory,
      optimizer: configuration.optimizer, cost: configuration.cost,
      scaling: configuration.scalesCost
        ? TargetScaling(network, parameters, cost: configuration.cost, capacity: batchRows) : nil,
      rowMetrics: rowMetrics,
      refinement: refinement, kernels: kernels, squares: squares.base, kept: kept, step: step)
    let gathered = GatheredInput.floats(network: network, capacity: batchRows)
    let scratch = (0..<threads).map { _ in
      StepWorker.Scratch(kernels: kernels, gathered: gathered)
    }
    var plans: [Int: Plan] = [:]
    for rows in Set([batchRows, dataset.count - (batchesPerEpoch - 1) * batchRows]) {
      plans[rows] = Plan(
        rows: rows,
        shards: Shards(rows: rows, count: configuration.shards.count(forBatchOf: rows)),
        memory: memory, shared: shared, scratch: scratch, split: splitMemory)
    }
    self.plans = plans
    guard let full = plans[batchRows] else { preconditionFailure("a plan for the full batch") }
    plan = full
    workers = full.workers
    penalizingLayers = network.layers.indices.filter {
      network.layers[$0].rowPenalties(full.contexts[$0]) != nil
    }
  }

  deinit {
    order.deallocate()
    step.deallocate()
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

  // MARK: - Running

  /// Trains to the end of the epoch, or until the control asks to stop, or until `deadline` (seconds of the
  /// monotonic clock), whichever comes first; always for at least one batch.
  func run(until deadline: Double? = nil) -> Outcome {
    if state.batch == 0 { state.beginEpoch(metrics: configuration.metrics.count) }
    prepareOrder()
    let remaining = batchesPerEpoch - state.batch
    Self.reserve(remaining, in: &history.stepCosts)
    if !configuration.schedule.isConstant { Self.reserve(remaining, in: &history.stepRates) }
    for plan in plans.values {
      for (layer, context) in zip(network.layers, plan.contexts) { layer.prepare(context) }
    }
    if let kept, state.batch > 0 { _ = kept.update(fromContentsOf: state.predictions) }
    state.predictions = []
    self.deadline = deadline
    beginStep()
    let start = Self.now()
    panels?.load()
    team.run(self, from: 0)
    panels?.store()
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
    step.pointee.firstRow = firstRow
    step.pointee.number += 1
    let rows = min(batchRows, rowsPerEpoch - firstRow)
    guard let plan = plans[rows] else { preconditionFailure("no plan for \(rows) rows") }
    self.plan = plan
    workers = plan.workers
    execution.step.epoch = state.epoch
    execution.step.stepInEpoch = state.batch
    let rate =
      state.plateau.rate
      ?? configuration.schedule.rate(
        step: state.step, stepsPerEpoch: batchesPerEpoch, horizon: configuration.horizon,
        base: configuration.optimizer.learningRate)
    state.lastRate = rate
    let updatesDone = state.iteration / (configuration.optimizer.updates.accumulateSteps ?? 1)
    step.pointee.coefficients = configuration.optimizer.coefficients(
      rate: Float(rate), iteration: updatesDone + 1)
    refinement?.begin(step: state.iteration, rate: rate, rows: rows)
  }

  /// What layers add to the penalty for the rows of the batch.
  private var rowPenalty: Double {
    var sum = 0.0
    for layer in penalizingLayers {
      guard let penalties = network.layers[layer].rowPenalties(plan.contexts[layer]) else {
        continue
      }
      for row in 0..<plan.rows { sum += Double(penalties[row, 0]) }
    }
    return sum
  }

  /// Takes the finished step into the records. False when the run has to come back.
  private func endStep() -> Bool {
    var cost = 0.0
    for row in 0..<plan.rows { cost += Double(memory.costs[row]) }
    for ((_, index), values) in zip(rowMetrics, memory.metrics) {
      var sum = 0.0
      for row in 0..<plan.rows { sum += Double(values[row]) }
      state.metricSums[index] += sum
    }
    var sum = 0.0
    for place in tasks.squares { sum += Double(squares.base[place]) }
    state.costSum += cost
    let isMean = refinement?.makesMean ?? false
    state.gradientNormSum += sum.squareRoot() / (isMean ? 1 : Double(plan.rows))
    let penalty = (refinement?.penalty ?? 0) + rowPenalty / Double(plan.rows)
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
      metric: (rowMetrics.first.map { state.metricSums[$0.index] } ?? 0) / Double(state.rowsInEpoch)
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

  func taskCount(of phase: Int) -> Int {
    switch tasks.phases[phase] {
    case .rows: plan.groups.count
    case .forwardColumns(let layer), .backwardColumns(let layer):
      tasks.columnBlocks(plan.contexts[layer].input.columns, of: layer)
    case .chains(let layer):
      tasks.chainTasks(layer, columns: plan.contexts[layer].output.columns)
    case .splitForward(let layer), .splitDifferentiate(let layer):
      tasks.columnBlocks(plan.contexts[layer].output.columns, of: layer)
    case .splitBackward(let layer): tasks.stripes[layer].count
    case .gradient, .update: tasks.deferred.count
    case .constrain: tasks.constrained.count
    }
  }

  func firstTask(of worker: Int, width: Int, count: Int, phase: Int) -> Int {
    switch tasks.phases[phase] {
    case .gradient, .update: tasks.firstDeferred[worker]
    default: worker * count / width
    }
  }

  func phase(after phase: Int) -> Int? {
    if phase + 1 < tasks.phases.count {
      if case .gradient = tasks.phases[phase] { refinement?.measureNorms() }
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
