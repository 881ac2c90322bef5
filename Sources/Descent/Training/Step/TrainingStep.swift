import Kernels

/// A training step laid down for a network: its phases and the memory that they work on.
///
/// A step's phases go as the layers have it, forward, cost and backward; then every parameter's gradient is formed block by
/// block, each shard after shard, averaged, applied by the optimizer and done with, so that no gradient vector exists.
final class TrainingStep {
  /// What a run brings to its steps.
  struct Setting {
    let parameters: Parameters
    let slots: [AlignedFloats]
    let configuration: TrainingConfiguration
    let source: BatchSource
    /// The rows of the epoch in their order.
    let order: UnsafePointer<UInt32>
    /// Memory for the outputs of the epoch's rows, where a metric needs them.
    let kept: UnsafeMutablePointer<Float>?
  }

  let design: StepDesign
  let source: BatchSource
  let execution: Execution
  let memory: BatchMemory
  let passMemory: PassMemory
  let phases: StepPhases
  let costs: CostRows.Resources
  let updates: BlockUpdates.Resources
  /// For the engine to write between steps.
  let position: UnsafeMutablePointer<StepPosition>
  private let squares: AlignedFloats
  private let scratch: [StepWorker.Scratch]

  var network: Network { design.network }
  var kernels: KernelSet { design.kernels }
  var refinement: UpdateRefinement? { updates.refinement }

  init(_ design: StepDesign, _ setting: Setting) {
    self.design = design
    let (network, kernels) = (design.network, design.kernels)
    let configuration = setting.configuration
    source = setting.source
    passMemory = design.passMemory
    execution = Execution(
      network: network, parameters: setting.parameters, kernels: kernels,
      capacity: design.batchRows, shards: design.shards, isTraining: true,
      costTakesActivation: network.leavesActivation(to: configuration.cost))
    execution.step.seed = configuration.seed
    let metrics = configuration.metrics.compactMap { $0 as? any RowMetric }
    memory = BatchMemory(
      capacity: design.batchRows, form: source.form, outputs: network.outputWidth,
      metrics: metrics.count, isWeighted: source.isWeighted,
      threshold: configuration.cost.fit.threshold)
    position = .allocate(capacity: 1)
    position.initialize(to: StepPosition(order: setting.order))
    costs = CostRows.Resources(
      source: source, memory: memory, cost: configuration.cost,
      scaling: configuration.scalesCost
        ? TargetScaling(
          network, setting.parameters, cost: configuration.cost, capacity: design.batchRows) : nil,
      metrics: metrics, kept: setting.kept, step: position, kernels: kernels)

    let optimizer = configuration.optimizer
    let blocks = ParameterBlocks(
      of: UpdatedMemory(
        parameters: setting.parameters, slots: setting.slots, panelled: design.panelled),
      cuts: design.cuts, slots: optimizer.slots.count,
      movesWeights: !(optimizer is GradientCapture))
    let refinement = UpdateRefinement(optimizer: optimizer, blocks: blocks, kernels: kernels)
    phases = StepPhases(
      design.works, of: network, blocks: blocks, gradientIsWhole: refinement?.needsNorm ?? false)
    let shares = BlockShares(
      of: blocks, updating: phases.blocksOfTasks, workers: design.workers)
    squares = AlignedFloats(count: shares.squareCount)
    updates = BlockUpdates.Resources(
      blocks: blocks, shares: shares, refinement: refinement, optimizer: optimizer,
      kernels: kernels, squares: squares.base, step: position)
    scratch = (0..<design.workers).map { _ in
      StepWorker.Scratch(blocks: blocks, kernels: kernels, heldInput: design.heldInput)
    }
  }

  deinit { position.deallocate() }

  /// The objects that perform the step for batches of so many rows.
  func plan(rows: Int, shards: Shards) -> StepPlan {
    StepPlan(rows: rows, shards: shards, of: self, scratch: scratch)
  }

  /// Σ g² of the step's whole gradient, in the order of blocks.
  var sumOfSquares: Double {
    var sum = 0.0
    for block in 0..<updates.blocks.count {
      sum += Double(squares.base[updates.shares.squares[block]])
    }
    return sum
  }

  /// Takes parameters and slots to where steps want them, before they run.
  func load() { for panel in updates.blocks.memory.panels { panel.load() } }

  /// Takes them back, after steps have run.
  func store() { for panel in updates.blocks.memory.panels { panel.store() } }
}
