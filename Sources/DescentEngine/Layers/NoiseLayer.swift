/// A layer that changes every element at random in each training step, and does nothing in inference.
///
/// What becomes of an element follows from the seed, the epoch, the step, the layer and the element's place.
package protocol NoiseLayer: Layer {
  /// y = x, changed at random. `firstRow` is the place of the first row in the whole batch.
  func disturb(_ x: Matrix, firstRow: Int, _ context: LayerContext, into y: Matrix)

  /// The gradient on its way back; by default it is changed as the input was.
  func disturb(gradient d: Matrix, firstRow: Int, _ context: LayerContext, into dx: Matrix)
}

extension NoiseLayer {
  package func disturb(
    gradient d: Matrix, firstRow: Int, _ context: LayerContext, into dx: Matrix
  ) {
    disturb(d, firstRow: firstRow, context, into: dx)
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let (x, y) = (context.input.rows(rows), context.output.rows(rows))
    guard context.isTraining else { return context.kernels.scale(x, by: 1, into: y) }
    disturb(x, firstRow: context.place(of: rows.lowerBound), context, into: y)
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient?.rows(rows), let dx = context.inputGradient?.rows(rows)
    else { return }
    disturb(gradient: d, firstRow: context.place(of: rows.lowerBound), context, into: dx)
  }
}
