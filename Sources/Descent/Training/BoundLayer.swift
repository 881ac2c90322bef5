import Kernels

/// A layer and one worker's view of what it works on.
///
/// An object for each worker: as elements of arrays a layer and its context are copied for every task, and their
/// references counted, by all workers at once, which costs more than a small task.
final class BoundLayer {
  let layer: any Layer
  /// The layer itself, where its work is shared by columns.
  let split: (any ColumnSplitLayer)?
  let context: LayerContext
  /// Whether `forward` has anything to do.
  let doesWork: Bool

  init(_ layer: any Layer, split: (any ColumnSplitLayer)?, context: LayerContext) {
    self.layer = layer
    self.split = split
    self.context = context
    doesWork = !layer.isIdentity
  }

  func forward(rows: Range<Int>) { layer.forward(context, rows: rows) }
  func backward(rows: Range<Int>) { layer.backward(context, rows: rows) }
  func forwardColumns(_ columns: Range<Int>) { layer.forwardColumns(context, columns: columns) }
  func backwardColumns(_ columns: Range<Int>) { layer.backwardColumns(context, columns: columns) }

  func gradient(of block: StepPhases.Block, into gradient: Matrix) {
    if let upcoming = block.upcoming, let split {
      split.kernelGradient(
        context, rows: block.rows, columns: block.columns, into: gradient, upcoming: upcoming)
      return
    }
    layer.gradient(
      context, of: block.index, rows: block.rows, columns: block.columns, into: gradient)
  }

  /// - Parameter kernel: the columns of the kernel, where they lie elsewhere than in the flat vector.
  func splitForward(columns: Range<Int>, kernel: Matrix?) {
    split?.forward(
      context, columns: columns, kernel: kernel ?? context.parameters[0].columns(columns))
  }

  func splitForward(inputs: Range<Int>, columns: Range<Int>, into part: Matrix) {
    split?.forward(context, inputs: inputs, columns: columns, into: part)
  }

  func splitForward(rows: Range<Int>, parts: Matrix) {
    split?.forward(context, rows: rows, parts: parts)
  }

  func splitDifferentiate(columns: Range<Int>) { split?.differentiate(context, columns: columns) }

  /// Copies columns of the output's gradient to the same rows of `transposed`, units × batch.
  func transposeGradient(columns: Range<Int>, into transposed: Matrix, scratch: Matrix) {
    guard let gradient = context.outputGradient?.columns(columns) else { return }
    context.kernels.transpose(gradient, into: transposed.rows(columns), scratch: scratch)
  }

  func splitInputGradient(
    columns: Range<Int>, transposed: Matrix, work: Matrix, scratch: Matrix
  ) {
    split?.inputGradient(
      context, columns: columns, transposed: transposed.rows(0..<context.output.columns),
      work: work.rows(0..<columns.count), scratch: scratch)
  }
}
