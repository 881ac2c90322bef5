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
    /// How rows are augmented; nil where they are not.
    let augmentation: AugmentationPlan?
    /// What adds up the engine's sums and others'; nil where it takes all groups.
    let exchange: (any GradientExchange)?
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
  /// By layer and number.
  let batchSums: [[BatchSumMemory]]
  let figures: StepFigures
  private let exchange: (any GradientExchange)?
  /// By phase.
  private let exchanges: [StepPhases.Exchanged?]
  /// For the engine to write between steps.
  let position: UnsafeMutablePointer<StepPosition>
  private let squares: AlignedFloats
  /// What engines that share updates tell each other of blocks; nil where nobody else updates any.
  private let notes: BlockNotes?
  private let scratch: [StepWorker.Scratch]
  private let slotCount: Int

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
      costTakesActivation: network.leavesActivation(to: configuration.cost),
      reusesMemory: true)
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
      metrics: metrics, kept: setting.kept,
      mixing: setting.augmentation.flatMap { $0.mixesRows ? $0 : nil }, step: position,
      kernels: kernels)

    let optimizer = configuration.optimizer
    let blocks = ParameterBlocks(
      of: UpdatedMemory(
        parameters: setting.parameters, slots: setting.slots, panelled: design.panelled),
      cuts: design.cuts,
      spansBatch: network.layout.entries.map {
        network.layers[$0.layer].gradientSpansBatch(of: $0.index)
      }, slots: optimizer.slots.count,
      movesWeights: !(optimizer is GradientCapture))
    let refinement = UpdateRefinement(optimizer: optimizer, blocks: blocks, kernels: kernels)
    let share = design.share
    var requirements = StepPhases.Requirements()
    requirements.isShared = !share.isWhole
    requirements.needsNorm = refinement?.needsNorm ?? false
    requirements.gradientIsWhole = requirements.isShared || requirements.needsNorm
    // Whoever wants the gradient itself wants all of it.
    let wantsGradient = optimizer is GradientCapture || optimizer is any FullBatchOptimizer
    requirements.sharesUpdates = requirements.isShared && !wantsGradient
    let phases = StepPhases(design.works, of: network, blocks: blocks, requirements: requirements)
    self.phases = phases
    batchSums = design.batchSums
    figures = StepFigures(share, metrics: metrics.count)
    exchange = setting.exchange
    slotCount = setting.slots.count
    exchanges = phases.phases.indices.map { phases.exchanges[$0] }
    let shares = BlockShares(
      of: blocks, updating: phases.blocksOfTasks, workers: design.workers)
    squares = AlignedFloats(count: shares.squareCount)
    let engines = requirements.sharesUpdates ? setting.exchange.map { ($0.number, $0.count) } : nil
    let whole =
      requirements.gradientIsWhole
      ? WholeGradient(of: blocks, nodes: share.nodes.count, engines: engines ?? (0, 1)) : nil
    updates = BlockUpdates.Resources(
      blocks: blocks, shares: shares, refinement: refinement, whole: whole, share: share,
      optimizer: optimizer, kernels: kernels, squares: squares.base, step: position,
      sharesUpdates: requirements.sharesUpdates)
    notes = requirements.sharesUpdates ? whole.map { BlockNotes(of: blocks.count, $0) } : nil
    scratch = (0..<design.workers).map { _ in
      StepWorker.Scratch(blocks: blocks, design, augmentation: setting.augmentation)
    }
  }

  deinit { position.deallocate() }

  /// The objects that perform the step for such batches.
  func plan(_ batch: BatchShare) -> StepPlan { StepPlan(batch, of: self, scratch: scratch) }

  // MARK: - With other engines

  /// Adds up what engines have formed in a phase, where there is something.
  func exchange(after phase: Int) throws(DescentError) {
    guard let exchange, let exchanged = exchanges[phase] else { return }
    switch exchanged {
    case .gradient:
      guard let whole = updates.whole else { return }
      let sums = whole.groupSums(design.share)
      if updates.sharesUpdates {
        try exchange.add(sums, slices: whole.slices)
      } else {
        try exchange.add(sums)
      }
    case .norms: try exchangeNotes(over: exchange)
    case .weights:
      guard let whole = updates.whole else { return }
      try exchange.gather(whole.values, slices: whole.slices)
      if !(refinement?.needsNorm ?? false) { try exchangeNotes(over: exchange) }
    case .batchSum(let layer, let number):
      try exchange.add(batchSums[layer][number].groupSums(design.share))
    }
  }

  private func exchangeNotes(over exchange: any GradientExchange) throws(DescentError) {
    try notes?.exchange(
      over: exchange, squares: squares.base, places: updates.shares.squares, refinement)
  }

  /// Brings together what each engine has kept of the slots while steps ran: that of the blocks that it updates.
  func gatherSlots() throws(DescentError) {
    guard updates.sharesUpdates, let exchange, let whole = updates.whole else { return }
    let blocks = updates.blocks
    for slot in 0..<slotCount {
      func matrix(_ number: Int) -> Matrix {
        let place = blocks.places[number]
        return blocks.memory.slot(slot, place.entry, place.rows, place.columns)
      }
      for number in whole.owned { whole.sum(number).copyRows(of: matrix(number)) }
      try exchange.gather(whole.values, slices: whole.slices)
      for number in 0..<blocks.count where !whole.owned.contains(number) {
        matrix(number).copyRows(of: whole.sum(number))
      }
    }
  }

  /// Tells other engines that this one ends its run in the middle of a step.
  func leave(because error: DescentError) { exchange?.leave(because: error) }

  /// Adds up engines' figures at a step's end, and brings together the outputs that are kept of it.
  ///
  /// - Parameter kept: those of all the batch's rows.
  func exchangeFigures(
    of batch: BatchShare, kept: UnsafeMutableBufferPointer<Float>?
  ) throws(DescentError) {
    guard let exchange else { return }
    try exchange.add(figures.groupSums)
    guard let kept else { return }
    let width = network.outputWidth
    try exchange.gather(
      kept, own: batch.firstRow * width..<(batch.firstRow + batch.rows) * width)
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
