import Kernels

/// Forms, applies and constrains blocks of parameters, as one worker does for batches of one size.
final class BlockUpdates {
  /// What all workers share.
  struct Resources {
    let blocks: ParameterBlocks
    let shares: BlockShares
    let refinement: UpdateRefinement?
    let optimizer: any Optimizer
    let kernels: KernelSet
    /// For each block Σ g², in its place.
    let squares: UnsafeMutablePointer<Float>
    let step: UnsafePointer<StepPosition>
  }

  private let shared: Resources
  private let layers: [WorkerLayer]
  private let rows: Int
  /// Memory for the gradient of a block that is formed and applied at once.
  private let scratch: AlignedFloats
  private let transposition: Matrix

  init(
    _ shared: Resources, layers: [WorkerLayer], rows: Int, scratch: AlignedFloats,
    transposition: Matrix
  ) {
    self.shared = shared
    self.layers = layers
    self.rows = rows
    self.scratch = scratch
    self.transposition = transposition
  }

  /// The floats of the largest block's gradient.
  static func scratch(_ places: [BlockPlace]) -> Int {
    places.map { $0.rows.count * Matrix.stride(for: $0.columns.count) }.max() ?? 0
  }

  private func scratchGradient(_ block: ParameterBlocks.Block) -> Matrix {
    scratch.matrix(rows: block.rows.count, columns: block.columns.count)
  }

  /// Forms one block of a gradient, averages and applies it.
  func update(_ number: Int) {
    let block = shared.blocks[number]
    if let refinement = shared.refinement {
      update(block, number, refinement)
      return
    }
    let gradient = scratchGradient(block)
    layers[block.layer].gradient(of: block, into: gradient)
    note(apply(gradient, to: block, scale: 1 / Float(rows)), of: number)
    renew(block.copies, of: block.weights)
  }

  /// - Returns: Σ g².
  private func apply(
    _ gradient: Matrix, to block: ParameterBlocks.Block, scale: Float
  ) -> Float {
    shared.optimizer.update(
      KernelSet.UpdatePiece(
        weights: block.weights, gradient: gradient, slot0: block.slot0, slot1: block.slot1,
        slot2: block.slot2, slot3: block.slot3, scale: scale),
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

  // MARK: - With a refinement

  /// Forms one block of a gradient where its norm is wanted before it is applied.
  func form(_ number: Int) {
    guard let refinement = shared.refinement, let stored = refinement.stored(number) else { return }
    form(shared.blocks[number], number, into: stored, refinement)
  }

  private func form(
    _ block: ParameterBlocks.Block, _ number: Int, into gradient: Matrix,
    _ refinement: UpdateRefinement
  ) {
    layers[block.layer].gradient(of: block, into: gradient)
    if let squares = refinement.refine(gradient, weights: block.weights, block: number) {
      note(squares, of: number)
    }
  }

  private func update(
    _ block: ParameterBlocks.Block, _ number: Int, _ refinement: UpdateRefinement
  ) {
    let gradient: Matrix
    if let stored = refinement.stored(number) {
      gradient = stored
    } else {
      gradient = scratchGradient(block)
      form(block, number, into: gradient, refinement)
    }
    if refinement.updates {
      refinement.decay(block.weights, block: number)
      let squares = apply(gradient, to: block, scale: refinement.scale(number))
      if !refinement.makesMean { note(squares, of: number) }
    }
    let isOverwritten = refinement.average(block.weights, block: number)
    if refinement.updates || isOverwritten { renew(block.copies, of: block.weights) }
  }

  /// Brings columns of a parameter back to what its constraint allows.
  func constrain(_ task: Int) {
    guard shared.refinement?.updates ?? true else { return }
    let columns = shared.blocks.constrained[task]
    columns.constraint.apply(columns.weights, kernels: shared.kernels)
    renew(columns.copies, of: columns.weights)
  }
}

/// Blocks' gradients, which have to be whole before any is applied.
final class FormingPhase: PhaseWork {
  private let updates: BlockUpdates
  private let blocks: UnsafePointer<Int>

  init(_ updates: BlockUpdates, _ shares: BlockShares) {
    self.updates = updates
    blocks = shares.deferred
    super.init(taskCount: shares.deferredCount)
  }

  override func perform(_ task: Int) { updates.form(blocks[task]) }
}

/// The blocks that no other phase updates.
final class UpdatePhase: PhaseWork {
  private let updates: BlockUpdates
  private let blocks: UnsafePointer<Int>

  init(_ updates: BlockUpdates, _ shares: BlockShares) {
    self.updates = updates
    blocks = shares.deferred
    super.init(taskCount: shares.deferredCount)
  }

  override func perform(_ task: Int) { updates.update(blocks[task]) }
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
