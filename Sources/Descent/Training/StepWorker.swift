import Kernels

/// One worker of the training step, for batches of one size: performs tasks with views and memory of its own.
///
/// Everything that a task reaches hangs on an object of the worker's own. What objects all workers shared would have
/// their references counted by all of them at once, each time a cache line fetched from another core.
final class StepWorker: @unchecked Sendable {
  /// What changes from step to step; written between steps.
  struct Step {
    /// The rows of the epoch in their order, and the batch's first among them.
    var order: UnsafePointer<UInt32>
    var firstRow = 0
    /// Counts steps, from 1 on.
    var number = 0
    var coefficients = StepCoefficients(rate: 0)
  }

  /// What all workers share.
  struct Resources {
    let tasks: StepPhases
    let source: RowSource
    let execution: Execution
    let memory: BatchMemory
    let optimizer: any Optimizer
    let cost: any Cost
    /// The unit that the cost is computed in, where it is not the targets' own.
    let scaling: TargetScaling?
    let rowMetrics: [(metric: any RowMetric, index: Int)]
    let refinement: UpdateRefinement?
    let kernels: KernelSet
    /// For each block Σ g², in its place.
    let squares: UnsafeMutablePointer<Float>
    /// The outputs of the epoch's rows, where a metric needs them.
    let kept: UnsafeMutableBufferPointer<Float>?
    let step: UnsafeMutablePointer<Step>
  }

  /// A worker's own memory, for batches of any size.
  final class Scratch {
    fileprivate let gradient: AlignedFloats
    fileprivate let transposition: AlignedFloats
    /// The batch's input, where the worker gathers it for itself.
    fileprivate let input: AlignedFloats?
    /// The number of the step whose rows it holds.
    fileprivate var gatheredStep = 0

    init(kernels: KernelSet, gathered: Int) {
      gradient = AlignedFloats(
        count: KernelSet.largestStripe * Matrix.stride(for: kernels.gradientColumns))
      transposition = AlignedFloats(count: 2 * kernels.lanes * kernels.lanes)
      input = gathered > 0 ? AlignedFloats(count: gathered + Matrix.padding) : nil
    }
  }

  private let shared: Resources
  private let scratch: Scratch
  private let rows: Int
  private let groups: [Range<Int>]
  private let layers: [BoundLayer]
  private let cost: CostContext?
  private let transposition: Matrix
  /// A large layer's output gradient, transposed, and this worker's stripe of its input gradient, transposed.
  private let transposed: Matrix?
  private let work: Matrix?
  /// By layer: the parts of a product formed by chains, one below the other.
  private let parts: [Matrix?]

  init(
    _ shared: Resources, scratch: Scratch, rows: Int, groups: [Range<Int>],
    contexts: [LayerContext], cost: CostContext?, transposed: Matrix?, work: Matrix?,
    parts: [Matrix?]
  ) {
    self.shared = shared
    self.scratch = scratch
    self.rows = rows
    self.groups = groups
    self.cost = cost
    self.transposed = transposed
    self.work = work
    self.parts = parts
    let lanes = shared.kernels.lanes
    transposition = scratch.transposition.matrix(rows: 2 * lanes, columns: lanes, stride: lanes)
    let network = shared.execution.network
    let input = scratch.input?.matrix(rows: rows, columns: network.inputWidth)
    layers = network.layers.indices.map { index in
      var context = contexts[index]
      // Up to the layer whose input it is everything works in place.
      if let input, let gathering = shared.tasks.gathering, index <= gathering {
        context.input = input
        if index < gathering { context.output = input }
      }
      return BoundLayer(
        network.layers[index], split: shared.tasks.split[index], context: context)
    }
  }

  func perform(task: Int, of phase: Int) {
    let tasks = shared.tasks
    switch tasks.phases[phase] {
    case .rows(let pieces):
      for piece in pieces { perform(piece, rows: groups[task]) }
    case .forwardColumns(let layer):
      layers[layer].forwardColumns(tasks.columns(task, of: inputs(layer), of: layer))
    case .backwardColumns(let layer):
      layers[layer].backwardColumns(tasks.columns(task, of: inputs(layer), of: layer))
    case .splitForward(let layer):
      gather(for: layer)
      layers[layer].splitForward(
        columns: tasks.columns(task, of: outputs(layer), of: layer),
        kernel: layer == tasks.gathering ? tasks.gatheredKernel[task] : nil)
    case .chains(let layer): formChain(task, of: layer)
    case .splitDifferentiate(let layer):
      guard let transposed else { return }
      let columns = tasks.columns(task, of: outputs(layer), of: layer)
      layers[layer].splitDifferentiate(columns: columns)
      layers[layer].transposeGradient(columns: columns, into: transposed, scratch: transposition)
    case .splitBackward(let layer): splitBackward(layer, tasks.stripes[layer][task])
    case .gradient: formGradient(tasks.deferred[task])
    case .update: update(tasks.deferred[task])
    case .constrain: constrain(tasks.constrained[task])
    }
  }

  private func inputs(_ layer: Int) -> Int { layers[layer].context.input.columns }
  private func outputs(_ layer: Int) -> Int { layers[layer].context.output.columns }

  // MARK: - Rows

  private static let rowsAtATime = 4

  /// Sees to it that the worker has gathered the layer's input, where each does so for itself.
  private func gather(for layer: Int) {
    let step = shared.step.pointee
    guard layer == shared.tasks.gathering, scratch.gatheredStep != step.number else { return }
    scratch.gatheredStep = step.number
    // Some rows at a time, so that they are scaled while they are in the nearest cache.
    for start in stride(from: 0, to: rows, by: Self.rowsAtATime) {
      let few = start..<min(start + Self.rowsAtATime, rows)
      shared.source.gather(
        step.order + step.firstRow + start, upcoming: rows - start,
        into: layers[layer].context.input.rows(few), kernels: shared.kernels)
      for index in 0..<layer where layers[index].doesWork { layers[index].forward(rows: few) }
    }
  }

  private func perform(_ piece: StepPhases.Piece, rows: Range<Int>) {
    switch piece {
    case .gather:
      let step = shared.step.pointee
      shared.source.gather(
        step.order + step.firstRow + rows.lowerBound, into: shared.execution.input.rows(rows),
        kernels: shared.kernels)
    case .forward(let layer): layers[layer].forward(rows: rows)
    case .sumChains(let layer):
      if let parts = parts[layer] { layers[layer].splitForward(rows: rows, parts: parts) }
    case .cost: evaluate(rows)
    case .backward(let layer): layers[layer].backward(rows: rows)
    }
  }

  /// One chain's part of a large layer's product.
  private func formChain(_ task: Int, of layer: Int) {
    let (chain, columns) = shared.tasks.chainTask(task, columns: outputs(layer))
    guard let parts = parts[layer] else { return }
    layers[layer].splitForward(
      inputs: shared.kernels.chain(chain, in: inputs(layer)), columns: columns,
      into: parts.rows(chain * rows..<(chain + 1) * rows))
  }

  /// The rows' targets, costs and metrics.
  private func evaluate(_ rows: Range<Int>) {
    let step = shared.step.pointee
    let (memory, kernels, output) = (shared.memory, shared.kernels, shared.execution.output)
    shared.source.gatherTargets(
      step.order + step.firstRow + rows.lowerBound, into: memory.targets, rows: rows,
      kernels: kernels)
    guard let cost else { return }
    shared.cost.evaluate(cost, rows: rows, scaling: shared.scaling)
    for ((metric, _), values) in zip(shared.rowMetrics, memory.metrics) {
      metric.evaluate(output, targets: memory.targets, kernels: kernels, rows: rows, into: values)
    }
    if let base = shared.kept?.baseAddress {
      for row in rows {
        (base + (step.firstRow + row) * output.columns).update(
          from: output.base + row * output.stride, count: output.columns)
      }
    }
  }

  // MARK: - Gradients and updates

  /// A stripe of a large layer's kernel: the input's gradient, and then, while the stripe is in the cache, its own.
  private func splitBackward(_ layer: Int, _ stripe: StepPhases.Stripe) {
    guard let transposed, let work else { return }
    layers[layer].splitInputGradient(
      columns: stripe.columns, transposed: transposed, work: work, scratch: transposition)
    if let before = shared.tasks.differentiated, before.by == layer {
      layers[before.layer].splitDifferentiate(columns: stripe.columns)
    }
    for block in stripe.blocks { update(block) }
  }

  /// Memory for the gradient of a block that is formed and applied at once.
  private func scratchGradient(_ block: StepPhases.Block) -> Matrix {
    scratch.gradient.matrix(rows: block.rows.count, columns: block.columns.count)
  }

  /// Forms one block of a gradient, averages and applies it.
  private func update(_ task: Int) {
    let block = shared.tasks.blocks[task]
    if let refinement = shared.refinement {
      update(block, task, refinement)
      return
    }
    let gradient = scratchGradient(block)
    gather(for: block.layer)
    layers[block.layer].gradient(of: block, into: gradient)
    note(apply(gradient, to: block, scale: 1 / Float(rows)), of: task)
    renewTransposed(block)
  }

  /// - Returns: Σ g².
  private func apply(_ gradient: Matrix, to block: StepPhases.Block, scale: Float) -> Float {
    shared.optimizer.update(
      KernelSet.UpdatePiece(
        weights: block.weights, gradient: gradient, slot0: block.slot0, slot1: block.slot1,
        slot2: block.slot2, slot3: block.slot3, scale: scale),
      shared.step.pointee.coefficients, kernels: shared.kernels)
  }

  private func note(_ squares: Float, of task: Int) {
    shared.squares[shared.tasks.squares[task]] = squares
  }

  private func renewTransposed(_ block: StepPhases.Block) {
    if let transposed = block.transposed {
      shared.kernels.transpose(block.weights, into: transposed, scratch: transposition)
    }
  }

  // MARK: - With a refinement

  /// Forms one block of a gradient where its norm is wanted before it is applied.
  private func formGradient(_ task: Int) {
    guard let refinement = shared.refinement, let stored = refinement.stored(task) else { return }
    form(shared.tasks.blocks[task], task, into: stored, refinement)
  }

  private func form(
    _ block: StepPhases.Block, _ task: Int, into gradient: Matrix, _ refinement: UpdateRefinement
  ) {
    gather(for: block.layer)
    layers[block.layer].gradient(of: block, into: gradient)
    if let squares = refinement.refine(gradient, weights: block.weights, block: task) {
      note(squares, of: task)
    }
  }

  private func update(_ block: StepPhases.Block, _ task: Int, _ refinement: UpdateRefinement) {
    let gradient: Matrix
    if let stored = refinement.stored(task) {
      gradient = stored
    } else {
      gradient = scratchGradient(block)
      form(block, task, into: gradient, refinement)
    }
    if refinement.updates {
      refinement.decay(block.weights, block: task)
      let squares = apply(gradient, to: block, scale: refinement.scale(task))
      if !refinement.makesMean { note(squares, of: task) }
    }
    let isOverwritten = refinement.average(block.weights, block: task)
    if refinement.updates || isOverwritten { renewTransposed(block) }
  }

  private func constrain(_ columns: StepPhases.Constrained) {
    guard shared.refinement?.updates ?? true else { return }
    columns.constraint.apply(columns.weights, kernels: shared.kernels)
    if let transposed = columns.transposed {
      shared.kernels.transpose(columns.weights, into: transposed, scratch: transposition)
    }
  }
}
