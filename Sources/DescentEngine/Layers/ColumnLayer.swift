/// A layer whose work can be shared among workers by columns, each over all rows of the batch, to the bits of the same
/// work by rows.
///
/// By rows every worker reads the whole of its parameters, which for a large layer takes longer than the arithmetic.
public protocol ColumnLayer: Layer {
  /// Whether no element of its output depends on another of the same row.
  var canSplitColumns: Bool { get }

  /// Columns of `context.output`.
  ///
  /// - Parameter kernel: those columns of the layer's first parameter, wherever they lie.
  func forward(_ context: LayerContext, columns: Range<Int>, kernel: Matrix)

  /// Columns of `context.outputGradient` become what `gradient` takes, ∂cost/∂z with z what enters the activation: all
  /// that is left to do on the way back for a layer that passes no gradient on.
  func differentiate(_ context: LayerContext, columns: Range<Int>)
}

extension ColumnLayer {
  /// Columns of `context.output`, with the parameter as it lies in the network's vector.
  func forward(_ context: LayerContext, columns: Range<Int>) {
    forward(context, columns: columns, kernel: context.parameters[0].columns(columns))
  }
}
