import Kernels

/// A layer whose work can be shared among workers by columns, each over all rows of the batch, to the bits of the same
/// work by rows.
///
/// By rows every worker reads the whole of its parameters, which for a large layer takes longer than the arithmetic.
public protocol ColumnLayer: Layer {
  /// Whether no element of its output depends on another of the same row.
  var canSplitColumns: Bool { get }

  /// Columns of `context.output`.
  func forward(_ context: LayerContext, columns: Range<Int>)

  /// Columns of `context.outputGradient` become what `gradient` takes, ∂cost/∂z with z what enters the activation: all
  /// that is left to do on the way back for a layer that passes no gradient on.
  func differentiate(_ context: LayerContext, columns: Range<Int>)
}
