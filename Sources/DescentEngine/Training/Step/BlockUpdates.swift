/// Forms, applies and constrains blocks of parameters, as one worker does for batches of one size.
final class BlockUpdates {
  /// What all workers share.
  struct Resources {
    let blocks: ParameterBlocks
    let shares: BlockShares
    let refinement: UpdateRefinement?
    /// Where gradients have to be whole before any is applied.
    let whole: WholeGradient?
    let share: GroupShare
    let optimizer: any Optimizer
    let kernels: KernelSet
    /// For each block Σ g², in its place.
    let squares: UnsafeMutablePointer<Float>
    let step: UnsafePointer<StepPosition>

    /// What engines add up blocks by, part of the gradient by part; nil where nobody else has a part of the batch, or all is
    /// added up at once.
    let adding: (any GradientExchange)?
    /// Whether other engines have a part of the batch.
    var isShared: Bool { !share.isWhole }
    /// Whether each engine updates some of the blocks.
    let sharesUpdates: Bool
  }

  private typealias Block = UnsafePointer<ParameterBlocks.Block>

  private let shared: Resources
  private let layers: UncountedList<WorkerLayer>
  /// Of the whole batch.
  private let batchRows: Int
  /// The nodes of the tree at which gradients are formed: an array whose references nobody else counts.
  private let nodes: [GroupTree.Node]
  /// Memory for the gradient of a block that is formed and applied at once, and for groups' sums that wait for others.
  private let scratch: AlignedFloats
  /// From one such gradient to the next.
  private let spacing: Int
  private let transposition: Matrix

  init(
    _ shared: Resources, layers: [WorkerLayer], batchRows: Int, scratch: AlignedFloats,
    transposition: Matrix
  ) {
    self.shared = shared
    self.layers = UncountedList(layers)
    self.batchRows = batchRows
    nodes = shared.share.nodes.map { $0 }
    self.scratch = scratch
    spacing = Self.scratch(shared.blocks.places)
    self.transposition = transposition
  }

  /// The floats of the largest block's gradient.
  static func scratch(_ places: [BlockPlace]) -> Int {
    places.map { $0.rows.count * Matrix.stride(for: $0.columns.count) }.max() ?? 0
  }

  private func scratchGradient(_ block: Block, at offset: Int = 0) -> Matrix {
    let (rows, columns) = (block.pointee.rows.count, block.pointee.columns.count)
    return Matrix(
      base: scratch.base + offset, rows: rows, columns: columns,
      stride: Matrix.stride(for: columns))
  }

  /// Forms one block of a gradient, where that is still to be done, averages and applies it.
  func update(_ number: Int) {
    let block = shared.blocks[number]
    let gradient: Matrix
    if let whole = shared.whole {
      gradient = whole.sum(number)
    } else {
      gradient = scratchGradient(block)
      form(block, nodes[0], into: gradient)
    }
    if let refinement = shared.refinement {
      if !refinement.needsNorm {
        addUp(number)
        refine(gradient, of: block, number, refinement)
      }
      update(block, number, gradient, refinement)
    } else {
      addUp(number)
      note(apply(gradient, to: block, scale: 1 / Float(batchRows)), of: number)
      renew(block.pointee.copies, of: block.pointee.weights)
    }
    if shared.sharesUpdates { gradient.copyRows(of: block.pointee.weights) }
  }

  /// Adds up what all engines have formed of a block, where they do so block by block.
  private func addUp(_ number: Int) {
    guard let exchange = shared.adding, let whole = shared.whole else { return }
    whole.addUp(number, over: exchange)
  }

  /// Takes a block that another engine has updated, where one has.
  func take(_ number: Int) {
    guard let whole = shared.whole, shared.step.pointee.awaitsBlocks else { return }
    let block = shared.blocks[number]
    block.pointee.weights.copyRows(of: whole.taken(number))
    renew(block.pointee.copies, of: block.pointee.weights)
  }

  /// Forms the sum of a block's gradient that stands at a node of the tree.
  private func form(
    _ block: Block, _ node: GroupTree.Node, into gradient: Matrix
  ) {
    layers.with(block.pointee.layer) { layer in
      if node.count == 1 {
        layer.gradient(of: block, group: node.lowerBound, into: gradient)
        return
      }
      GroupTree.form(
        node, into: gradient, scratch: scratchGradient(block, at: spacing), spacing: spacing,
        kernels: shared.kernels
      ) { group, sum in layer.gradient(of: block, group: group, into: sum) }
    }
  }

  /// - Returns: Σ g².
  private func apply(
    _ gradient: Matrix, to block: Block, scale: Float
  ) -> Float {
    shared.optimizer.update(
      KernelSet.UpdatePiece(
        weights: block.pointee.weights, gradient: gradient, slot0: block.pointee.slot0,
        slot1: block.pointee.slot1, slot2: block.pointee.slot2, slot3: block.pointee.slot3,
        scale: scale),
      shared.step.pointee.coefficients, kernels: shared.kernels)
  }

  private func note(_ squares: Float, of block: Int) {
    shared.squares[shared.shares.squares[block]] = squares
  }

  /// Keeps current what is derived from weights that have changed.
  private func renew(_ copies: UnsafeBufferPointer<ParameterBlocks.Copy>, of weights: Matrix) {
    for copy in copies {
      copy.form.renew(
        copy.matrix, from: weights, kernels: shared.kernels, scratch: transposition)
    }
  }

  /// Forms one block of a gradient that has to be whole before it is applied.
  func form(_ number: Int) {
    guard let whole = shared.whole else { return }
    let block = shared.blocks[number]
    for index in nodes.indices { form(block, nodes[index], into: whole.sum(number, at: index)) }
    // Where others have a part of it, it can only be refined once that is there.
    if !shared.isShared { refine(number) }
  }

  // MARK: - With a refinement

  /// Makes a block of a whole gradient what its norm is measured of.
  func refine(_ number: Int) {
    guard let whole = shared.whole, let refinement = shared.refinement else { return }
    addUp(number)
    refine(whole.sum(number), of: shared.blocks[number], number, refinement)
  }

  private func refine(
    _ gradient: Matrix, of block: Block, _ number: Int, _ refinement: UpdateRefinement
  ) {
    let weights = block.pointee.weights
    if let squares = refinement.refine(gradient, weights: weights, block: number) {
      note(squares, of: number)
    }
  }

  private func update(
    _ block: Block, _ number: Int, _ gradient: Matrix, _ refinement: UpdateRefinement
  ) {
    let weights = block.pointee.weights
    if refinement.updates {
      refinement.decay(weights, block: number)
      let squares = apply(gradient, to: block, scale: refinement.scale(number))
      if !refinement.makesMean { note(squares, of: number) }
    }
    let isOverwritten = refinement.average(weights, block: number)
    if refinement.updates || isOverwritten { renew(block.pointee.copies, of: weights) }
  }

  /// Brings columns of a parameter back to what its constraint allows.
  func constrain(_ task: Int) {
    guard shared.refinement?.updates ?? true else { return }
    let columns = shared.blocks.constrained[task]
    columns.constraint.apply(columns.weights, kernels: shared.kernels)
    renew(columns.copies, of: columns.weights)
  }
}

/// Something done to each of some blocks that no layer's phase updates.
class DeferredPhase: PhaseWork {
  fileprivate let updates: BlockUpdates
  fileprivate let blocks: UnsafePointer<Int>

  init(_ updates: BlockUpdates, _ blocks: BlockList) {
    self.updates = updates
    self.blocks = blocks.numbers
    super.init(taskCount: blocks.count)
  }
}

/// Blocks' gradients, which have to be whole before any is applied.
final class FormingPhase: DeferredPhase {
  override func perform(_ task: Int) { updates.form(blocks[task]) }
}

/// Blocks of whole gradients, between an exchange and the measure of their norms.
final class RefiningPhase: DeferredPhase {
  override func perform(_ task: Int) { updates.refine(blocks[task]) }
}

/// The update of the blocks.
final class UpdatePhase: DeferredPhase {
  override func perform(_ task: Int) { updates.update(blocks[task]) }
}

/// The blocks that other engines have updated.
final class TakingPhase: DeferredPhase {
  override func perform(_ task: Int) { updates.take(blocks[task]) }
}

/// Constrained parameters, after the updates.
final class ConstrainingPhase: PhaseWork {
  private let updates: BlockUpdates

  init(_ updates: BlockUpdates, count: Int) {
    self.updates = updates
    super.init(taskCount: count)
  }

  override func perform(_ task: Int) { updates.constrain(task) }
}

extension Matrix {
  /// Takes another one's values, of the same shape.
  func copyRows(of other: Matrix) {
    for row in 0..<rows { _ = self.row(row).update(from: other.row(row)) }
  }
}
