/// Columns of the output over all rows of the batch.
final class DenseColumns: PhaseWork {
  private let layer: Dense
  private let worker: WorkerLayer
  private let context: LayerContext
  private let columns: [Range<Int>]
  /// Each task's columns of the kernel, which may stand in a panel.
  private let kernels: [Matrix]

  init(_ layer: Dense, width: Int, worker: WorkerLayer) {
    self.layer = layer
    self.worker = worker
    context = worker.context
    columns = StepPhases.tasks(of: worker.context.output.columns, width: width)
    let rows = 0..<worker.context.input.columns
    kernels = columns.map { worker.values(of: 0, rows: rows, columns: $0) }
    super.init(taskCount: columns.count)
  }

  override func perform(_ task: Int) {
    worker.gatherInput()
    layer.forward(context, columns: columns[task], kernel: kernels[task])
  }
}

/// One chain's part of the product: chain by chain, in the order of the kernel's stripes.
final class DenseChains: PhaseWork {
  private let layer: Dense
  private let worker: WorkerLayer
  private let context: LayerContext
  private let tasks: [(inputs: Range<Int>, columns: Range<Int>, part: Matrix)]

  init(_ layer: Dense, chains: Int, worker: WorkerLayer) {
    self.layer = layer
    self.worker = worker
    let context = worker.context
    self.context = context
    let (rows, depth) = (context.output.rows, context.input.columns)
    let parts = Self.parts(chains, of: worker)
    let pieces = StepPhases.tasks(of: context.output.columns, width: Self.columnsPerPiece)
    tasks = (0..<chains).flatMap { chain in
      pieces.map {
        (
          context.kernels.chain(chain, in: depth), $0,
          parts.rows(chain * rows..<(chain + 1) * rows)
        )
      }
    }
    super.init(taskCount: tasks.count)
  }

  private static let columnsPerPiece = 8 * Matrix.padding

  /// The parts of all chains, one below the other.
  static func parts(_ chains: Int, of worker: WorkerLayer) -> Matrix {
    let output = worker.context.output
    return worker.batchMemory(rows: chains * output.rows, columns: output.columns)
  }

  override func perform(_ task: Int) {
    let (inputs, columns, part) = tasks[task]
    layer.forward(context, inputs: inputs, columns: columns, into: part)
  }
}

/// Rows of the output from the parts of all chains, added up where the next layer reads them.
final class DenseChainSums: RowWork {
  private let layer: Dense
  private let worker: WorkerLayer
  private let context: LayerContext
  private let parts: Matrix

  init(_ layer: Dense, chains: Int, worker: WorkerLayer) {
    self.layer = layer
    self.worker = worker
    context = worker.context
    parts = DenseChains.parts(chains, of: worker)
  }

  override func perform(_ rows: Range<Int>) {
    layer.forward(context, rows: rows, parts: parts)
  }
}

/// Columns of the output's gradient become ∂cost/∂z, and are copied to the same rows of its transpose, units × batch.
final class DenseDerivative: PhaseWork {
  private let layer: Dense
  private let worker: WorkerLayer
  private let context: LayerContext
  private let columns: [Range<Int>]
  private let transposed: Matrix
  private let words: PairMatrix?

  init(_ layer: Dense, worker: WorkerLayer) {
    self.layer = layer
    self.worker = worker
    context = worker.context
    columns = StepPhases.tasks(
      of: worker.context.output.columns, width: StepPhases.columnsPerTask)
    transposed = Self.transposed(of: worker)
    words = Self.words(of: worker)
    super.init(taskCount: columns.count)
  }

  static func transposed(of worker: WorkerLayer) -> Matrix {
    let output = worker.context.output
    return worker.batchMemory(rows: output.columns, columns: output.rows)
  }

  /// Where operands are rounded, the transposed gradient's words, behind it.
  static func words(of worker: WorkerLayer) -> PairMatrix? {
    guard worker.context.kernels.precision != .float32 else { return nil }
    let units = worker.context.output.columns
    let first = Matrix.padded(units)
    let both = worker.batchMemory(
      rows: first + (units + 1) / 2, columns: worker.context.output.rows)
    return PairMatrix(in: both.rows(first..<both.rows))
  }

  override func perform(_ task: Int) {
    let columns = columns[task]
    layer.differentiate(context, columns: columns)
    guard let gradient = context.outputGradient?.columns(columns) else { return }
    context.kernels.transpose(
      gradient, into: transposed.rows(columns), scratch: worker.transposition)
    if let words {
      // Tasks begin with whole pairs.
      context.kernels.pairRows(
        transposed.rows(columns),
        into: words.rows(columns.lowerBound / 2..<(columns.upperBound + 1) / 2))
    }
  }
}

/// Stripes of the kernel, which are columns of the input: the input's gradient there, after which the kernel's blocks in
/// the stripe are updated while it is in the cache.
final class DenseStripes: PhaseWork {
  private let layer: Dense
  private let worker: WorkerLayer
  private let context: LayerContext
  private let stripes: [Range<Int>]
  private let transposed: Matrix
  private let words: PairMatrix?
  private let work: [Matrix]
  /// The layer before, whose ∂cost/∂z is formed here as well.
  private let source: (layer: any ColumnLayer, context: LayerContext)?

  init(_ layer: Dense, stripes: [Range<Int>], takesSource: Bool, worker: WorkerLayer) {
    self.layer = layer
    self.worker = worker
    context = worker.context
    self.stripes = stripes
    transposed = DenseDerivative.transposed(of: worker)
    words = DenseDerivative.words(of: worker)
    let rows = worker.context.output.rows
    work = stripes.map { worker.ownMemory(rows: $0.count, columns: rows) }
    let source = takesSource ? worker.source : nil
    self.source = source.flatMap { source in
      (source.layer as? any ColumnLayer).map { ($0, source.context) }
    }
    super.init(taskCount: stripes.count)
  }

  override func perform(_ task: Int) {
    let columns = stripes[task]
    layer.inputGradient(
      context, columns: columns, transposed: transposed, words: words, work: work[task],
      scratch: worker.transposition)
    if let source { source.layer.differentiate(source.context, columns: columns) }
  }
}

/// A layer's `backward`, rows by rows.
final class DenseBackward: RowWork {
  private let layer: Dense
  private let context: LayerContext

  init(_ layer: Dense, worker: WorkerLayer) {
    self.layer = layer
    context = worker.context
  }

  override func perform(_ rows: Range<Int>) { layer.backwardRows(context, rows) }
}

/// Columns of ∂cost/∂z as words of pairs of rows, once all rows of it are there.
final class DenseGradientWords: PhaseWork {
  private let layer: Dense
  private let context: LayerContext
  private let columns: [Range<Int>]

  init(_ layer: Dense, worker: WorkerLayer) {
    self.layer = layer
    context = worker.context
    columns = StepPhases.tasks(
      of: worker.context.output.columns, width: StepPhases.columnsPerTask)
    super.init(taskCount: columns.count)
  }

  override func perform(_ task: Int) { layer.pairGradient(context, columns: columns[task]) }
}
