/// A training step laid down for a network: its phases and the memory that they work on.
///
/// A step's phases go as the layers have it, forward, cost and backward; then every parameter's gradient is formed block by
/// block, each shard after shard, averaged, applied by the optimizer and done with, so that no gradient vector exists.
final class TrainingStep {
  /// What a run brings to its steps.
  struct Setting {
    let parameters: Parameters
    /// Nil in the place of one that is not there yet.
    let slots: [AlignedFloats?]
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
  /// By phase what comes before it, and at the end what comes after the last.
  private let events: [[StepPhases.Event]]
  /// How many parts of the gradient or of weights are on their way between engines.
  private var underWay = 0
  /// Whether others have not yet said that they have taken what this one has updated.
  private var isReleasing = false
  /// For the engine to write between steps.
  let position: UnsafeMutablePointer<StepPosition>
  private let squares: AlignedFloats
  /// What engines that share updates tell each other of blocks; nil where nobody else updates any.
  private let notes: BlockNotes?
  private let scratch: [StepWorker.Scratch]
  /// The optimizer's slots, where the engine has all of them; nil for one of which it keeps a part.
  let slots: [AlignedFloats?]
  /// Its part of those.
  let slotShare: SlotShare?

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
      reusesMemory: true, passed: design.passed)
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
    let share = design.share
    var requirements = StepPhases.Requirements(
      of: optimizer, share, parameters: network.layout.trainableCount, exchange: setting.exchange)
    requirements.sumsByShards = design.sumsByShards
    slots = setting.slots.enumerated().map { number, slot in
      requirements.sharesUpdates && optimizer.isDivided(number)
        ? nil : slot ?? AlignedFloats(count: network.layout.trainableCount)
    }
    let blocks = ParameterBlocks(
      of: UpdatedMemory(
        parameters: setting.parameters, slots: slots, panelled: design.panelled),
      cuts: design.cuts,
      spansBatch: network.layout.entries.map {
        network.layers[$0.layer].gradientSpansBatch(of: $0.index)
      }, slots: optimizer.slots.count,
      movesWeights: !(optimizer is GradientCapture))
    let phases = StepPhases(design.works, of: network, blocks: blocks, requirements: requirements)
    self.phases = phases
    let isDivided = slots.map { $0 == nil }
    slotShare =
      isDivided.contains(true)
      ? setting.exchange.map {
        SlotShare(of: blocks, parts: phases.gradientParts, isDivided: isDivided, exchange: $0)
      } : nil
    if let slotShare { blocks.keep(slotShare) }
    let refinement = UpdateRefinement(optimizer: optimizer, blocks: blocks, kernels: kernels)
    batchSums = design.batchSums
    figures = StepFigures(share, metrics: metrics.count)
    exchange = setting.exchange
    events = phases.stages.map(\.events) + [phases.lastEvents]
    let engine = requirements.addsByParts ? setting.exchange?.number ?? 0 : 0
    let shares = BlockShares(
      of: blocks, parts: phases.gradientParts, engine: engine, updating: phases.blocksOfTasks,
      workers: design.workers)
    squares = AlignedFloats(count: shares.squareCount)
    updates = BlockUpdates.Resources(
      blocks: blocks, shares: shares, refinement: refinement,
      whole: requirements.gradientIsWhole
        ? WholeGradient(of: blocks, parts: phases.gradientParts, nodes: share.nodes.count) {
          guard requirements.sharesUpdates, let exchange = setting.exchange else {
            return ExchangeMemory(count: $0)
          }
          return exchange.allocate(floats: $0)
        } : nil,
      share: share, optimizer: optimizer, kernels: kernels, squares: squares.base, step: position,
      adding: requirements.addsByParts ? setting.exchange : nil,
      sharesUpdates: requirements.sharesUpdates)
    notes =
      requirements.sharesUpdates ? BlockNotes(of: phases.gradientParts, engine: engine) : nil
    scratch = (0..<design.workers).map { _ in
      StepWorker.Scratch(blocks: blocks, design, augmentation: setting.augmentation)
    }
  }

  deinit { position.deallocate() }

  /// The objects that perform the step for such batches.
  func plan(_ batch: BatchShare) -> StepPlan { StepPlan(batch, of: self, scratch: scratch) }

  // MARK: - With other engines

  /// Sees to what comes before a phase, or after the last.
  func prepare(for phase: Int) throws(DescentError) {
    for event in events[phase] {
      if case .norms = event {
        refinement?.measureNorms()
      } else if let exchange {
        try see(to: event, over: exchange)
      }
    }
  }

  private func see(
    to event: StepPhases.Event, over exchange: any GradientExchange
  ) throws(DescentError) {
    switch event {
    case .batchSum(let layer, let number):
      try exchange.add(batchSums[layer][number].groupSums(design.share))
    case .gradient:
      if let whole = updates.whole { try exchange.add(whole.groupSums(design.share)) }
    case .beginAdding(let part):
      underWay += 1
      try updates.whole?.beginAdding(part, design.share, over: exchange)
    case .finishAdding(let part):
      try exchange.finishAdding(part)
      underWay -= 1
    case .beginGathering(let part):
      underWay += 1
      position.pointee.awaitsBlocks = true
      try updates.whole?.beginGathering(part, over: exchange)
    case .finishGathering(let part):
      guard position.pointee.awaitsBlocks else { return }
      try exchange.finishGathering(part)
      underWay -= 1
    case .taken:
      guard position.pointee.awaitsBlocks else { return }
      position.pointee.awaitsBlocks = false
      isReleasing = true
      try updates.whole?.beginReleasing(over: exchange)
    case .released: try awaitRelease(over: exchange)
    case .notes:
      try notes?.exchange(
        over: exchange, squares: squares.base, places: updates.shares.squares, refinement)
    case .norms: return
    }
  }

  private func awaitRelease(over exchange: any GradientExchange) throws(DescentError) {
    guard isReleasing else { return }
    try exchange.finishReleasing()
    isReleasing = false
  }

  /// Sees to what engines have to know of each other before their first step.
  func join() throws(DescentError) {
    guard updates.sharesUpdates, let exchange else { return }
    try updates.whole?.join(over: exchange)
  }

  /// Moves on what is under way between engines.
  func progress() { if underWay > 0 { exchange?.progress() } }

  /// Brings together what each engine has of the weights, and of slots that all have whole, wherever all come to rest: the
  /// blocks that it has updated.
  ///
  /// - Parameter perform: is to perform a task of a phase.
  func complete(
    _ perform: (_ task: Int, _ phase: Int) -> Void
  ) throws(DescentError) {
    guard updates.sharesUpdates, let exchange, let whole = updates.whole else { return }
    if position.pointee.awaitsBlocks {
      for (number, stage) in phases.stages.enumerated() {
        guard case .takeBlocks(let part) = stage.phase else { continue }
        try see(to: .finishGathering(part), over: exchange)
        for task in 0..<updates.shares.others[part].count { perform(task, number) }
      }
      try see(to: .taken, over: exchange)
    }
    // Slots are going to stand where weights do now.
    try awaitRelease(over: exchange)
    for slot in slots.indices where slots[slot] != nil {
      try gather(slot, whole, over: exchange)
    }
  }

  private func gather(
    _ slot: Int, _ whole: WholeGradient, over exchange: any GradientExchange
  ) throws(DescentError) {
    let blocks = updates.blocks
    for (part, range) in whole.parts.enumerated() {
      let own = range.shares[exchange.number]
      for number in own {
        if let values = blocks.slot(slot, of: number) { whole.sum(number).copyRows(of: values) }
      }
      try whole.gather(part, over: exchange)
      for number in range.blocks where !own.contains(number) {
        blocks.slot(slot, of: number)?.copyRows(of: whole.sum(number))
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

extension StepPhases.Requirements {
  /// Those of an optimizer.
  ///
  /// - Parameters:
  ///   - share: of every batch that the engine takes.
  ///   - parameters: how many are trained.
  ///   - exchange: what joins the engine with those that take the rest.
  init(
    of optimizer: any Optimizer, _ share: GroupShare, parameters: Int,
    exchange: (any GradientExchange)?
  ) {
    isShared = !share.isWhole
    needsNorm = optimizer.updates.needsWholeGradient
    gradientIsWhole = isShared || needsNorm
    // Whoever wants the gradient itself wants all of it.
    addsAtOnce = optimizer is GradientCapture || optimizer is any FullBatchOptimizer
    if addsByParts, let exchange {
      engines = exchange.count
      sharesUpdates = exchange.sharesUpdates(of: parameters)
    }
  }
}
