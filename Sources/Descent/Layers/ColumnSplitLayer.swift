import Kernels

/// A layer so large that a training step shares its work among workers by columns, each over all rows of the batch.
///
/// By rows every worker would read the whole kernel, which for a large one takes longer than the arithmetic. Every
/// element comes out to the same bits as from `forward` and `backward`: it is the same chain of operations.
protocol ColumnSplitLayer: Layer {
  /// Whether no element of its output depends on another of the same row.
  var canSplitColumns: Bool { get }

  /// Columns of `context.output`.
  func forward(_ context: LayerContext, columns: Range<Int>)

  /// Columns of `context.outputGradient` become ∂cost/∂z, with z what enters the activation, and are copied to the
  /// same rows of `transposed`, units × batch.
  func differentiate(
    _ context: LayerContext, columns: Range<Int>, into transposed: Matrix, scratch: Matrix)

  /// Columns of `context.inputGradient`, by way of `work`: as many rows × batch.
  func inputGradient(
    _ context: LayerContext, columns: Range<Int>, transposed: Matrix, work: Matrix,
    scratch: Matrix)
}

extension Dense: ColumnSplitLayer {
  var canSplitColumns: Bool {
    activation.isRectifier || activation.isIdentity || activation is any ElementwiseActivation
  }

  func forward(_ context: LayerContext, columns: Range<Int>) {
    forward(
      input: context.input, kernel: context.parameters[0].columns(columns),
      bias: useBias ? context.parameters[1].columns(columns) : nil,
      output: context.output.columns(columns),
      kept: keepsInput(context) ? context.workspace[0].columns(columns) : nil, context)
  }

  func differentiate(
    _ context: LayerContext, columns: Range<Int>, into transposed: Matrix, scratch: Matrix
  ) {
    guard let outputGradient = context.outputGradient?.columns(columns) else { return }
    differentiate(outputGradient, of: activated(context).columns(columns), context)
    context.kernels.transpose(
      outputGradient, into: transposed.rows(columns), scratch: scratch)
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
