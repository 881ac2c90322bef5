/// What a dense layer computes of its output by columns, by rows of its kernel, and of its gradients by stripes.
extension Dense: ColumnLayer {
  public var canSplitColumns: Bool { activation.isElementwise }

  public func forward(_ context: LayerContext, columns: Range<Int>, kernel: Matrix) {
    forward(
      input: context.input, kernel: kernel, words: context.words[0]?.columns(columns),
      bias: useBias ? context.parameters[1].columns(columns) : nil,
      output: context.output.columns(columns),
      kept: kept(context)?.columns(columns), context)
  }

  /// What the kernel's rows `inputs`, one chain of the product's sums, contribute to columns of x·W.
  package func forward(
    _ context: LayerContext, inputs: Range<Int>, columns: Range<Int>, into part: Matrix
  ) {
    context.kernels.multiply(
      context.input.columns(inputs), context.parameters[0].block(inputs, columns),
      // Chains begin with whole pairs.
      bWords: context.words[0]?.rows(inputs.lowerBound / 2..<(inputs.upperBound + 1) / 2)
        .columns(columns),
      into: part.columns(columns))
  }

  /// Rows of the output from the parts of all chains, each of as many rows as the batch, one below the other.
  package func forward(_ context: LayerContext, rows: Range<Int>, parts: Matrix) {
    let output = context.output.rows(rows)
    context.kernels.sumChains(
      Matrix(
        base: parts.base + rows.lowerBound * parts.stride, rows: parts.rows, columns: parts.columns,
        stride: parts.stride), partRows: context.output.rows,
      bias: useBias ? context.parameters[1] : nil, rectify: rectifies(context), into: output)
    activate(
      output, kept: kept(context)?.rows(rows), context)
  }

  public func differentiate(_ context: LayerContext, columns: Range<Int>) {
    guard let outputGradient = context.outputGradient?.columns(columns) else { return }
    differentiate(outputGradient, of: activated(context).columns(columns), context)
    pairGradient(context, columns: columns)
  }

  /// Columns of the input's gradient, by way of `work`: as many rows × batch.
  ///
  /// (∂cost/∂x)ᵀ = W·(∂cost/∂z)ᵀ: with the batch in the columns both products read W as it lies, and it is the
  /// batch that is transposed, not the kernel.
  ///
  /// - Parameter words: where operands are rounded, of the transposed gradient.
  package func inputGradient(
    _ context: LayerContext, columns: Range<Int>, transposed: Matrix, words: PairMatrix?,
    work: Matrix, scratch: Matrix
  ) {
    guard let inputGradient = context.inputGradient else { return }
    context.kernels.multiply(
      context.parameters[0].rows(columns), transposed, bWords: words, into: work)
    // The gradient's padding has to be zero: what is formed from it is, and norms count that.
    for row in columns.count..<Matrix.padded(columns.count) {
      (work.base + row * work.stride).update(repeating: 0, count: work.stride)
    }
    context.kernels.transpose(work, into: inputGradient.columns(columns), scratch: scratch)
  }
}
