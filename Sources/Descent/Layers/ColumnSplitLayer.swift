import Kernels

/// A layer so large that a training step shares its work among workers by columns, each over all rows of the batch.
///
/// By rows every worker would read the whole kernel, which for a large one takes longer than the arithmetic. Every
/// element comes out to the same bits as from `forward` and `backward`: it is the same chain of operations.
protocol ColumnSplitLayer: Layer {
  /// Whether no element of its output depends on another of the same row.
  var canSplitColumns: Bool { get }

  /// Columns of `context.output`.
  ///
  /// - Parameter kernel: those columns of the kernel.
  func forward(_ context: LayerContext, columns: Range<Int>, kernel: Matrix)

  /// What the kernel's rows `inputs`, one chain of its product's sums, contribute to columns of x·W.
  func forward(_ context: LayerContext, inputs: Range<Int>, columns: Range<Int>, into part: Matrix)

  /// Rows of `context.output` from the parts of all chains, each of as many rows as the batch, one below the other.
  func forward(_ context: LayerContext, rows: Range<Int>, parts: Matrix)

  /// Columns of `context.outputGradient` become ∂cost/∂z, with z what enters the activation.
  func differentiate(_ context: LayerContext, columns: Range<Int>)

  /// `gradient` of a block of the kernel, while what will be read next is asked for from memory.
  func kernelGradient(
    _ context: LayerContext, rows: Range<Int>, columns: Range<Int>, into block: Matrix,
    upcoming: Upcoming?)

  /// Columns of `context.inputGradient`, by way of `work`: as many rows × batch.
  func inputGradient(
    _ context: LayerContext, columns: Range<Int>, transposed: Matrix, work: Matrix,
    scratch: Matrix)
}

extension Dense: ColumnSplitLayer {
  var canSplitColumns: Bool { activation.isElementwise }

  func forward(_ context: LayerContext, columns: Range<Int>, kernel: Matrix) {
    forward(
      input: context.input, kernel: kernel,
      bias: useBias ? context.parameters[1].columns(columns) : nil,
      output: context.output.columns(columns),
      kept: keepsInput(context) ? context.workspace[0].columns(columns) : nil, context)
  }

  func forward(
    _ context: LayerContext, inputs: Range<Int>, columns: Range<Int>, into part: Matrix
  ) {
    context.kernels.multiply(
      context.input.columns(inputs), context.parameters[0].block(inputs, columns),
      into: part.columns(columns))
  }

  func forward(_ context: LayerContext, rows: Range<Int>, parts: Matrix) {
    let output = context.output.rows(rows)
    context.kernels.sumChains(
      Matrix(
        base: parts.base + rows.lowerBound * parts.stride, rows: parts.rows, columns: parts.columns,
        stride: parts.stride), partRows: context.output.rows,
      bias: useBias ? context.parameters[1] : nil, rectify: rectifies(context), into: output)
    activate(
      output, kept: keepsInput(context) ? context.workspace[0].rows(rows) : nil, context)
  }

  func differentiate(_ context: LayerContext, columns: Range<Int>) {
    guard let outputGradient = context.outputGradient?.columns(columns) else { return }
    differentiate(outputGradient, of: activated(context).columns(columns), context)
  }

  func kernelGradient(
    _ context: LayerContext, rows: Range<Int>, columns: Range<Int>, into block: Matrix,
    upcoming: Upcoming?
  ) {
    guard let d = context.outputGradient?.columns(columns) else { return }
    context.kernels.gradientProduct(
      context.input.columns(rows), d, shards: context.shards, into: block, upcoming: upcoming)
  }

  /// (∂cost/∂x)ᵀ = W·(∂cost/∂z)ᵀ: with the batch in the columns both products read W as it lies, and it is the
  /// batch that is transposed, not the kernel.
  func inputGradient(
    _ context: LayerContext, columns: Range<Int>, transposed: Matrix, work: Matrix, scratch: Matrix
  ) {
    guard let inputGradient = context.inputGradient else { return }
    context.kernels.multiply(context.parameters[0].rows(columns), transposed, into: work)
    // The gradient's padding has to be zero: what is formed from it is, and norms count that.
    for row in columns.count..<Matrix.padded(columns.count) {
      (work.base + row * work.stride).update(repeating: 0, count: work.stride)
    }
    context.kernels.transpose(work, into: inputGradient.columns(columns), scratch: scratch)
  }
}
