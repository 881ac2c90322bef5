/// Takes feature maps that come in whole rows, as the data or a reshape has them, apart into positions, each of which is then
/// a row of its own.
///
/// A network puts it before what takes positions; no config names it, and Keras and ONNX, whose tensors have one form only,
/// have nothing there.
package struct MapPositions: Layer, PlainComponent {
  package static let kind = "map_positions"
  package static let summary = "Takes feature maps apart into positions."

  package init() {}
  package var readsOutput: Bool { false }
  package var spansPositions: Bool { true }

  package func outputLayout(for input: ActivationLayout, shape: [Int]) -> ActivationLayout {
    .positions(of: shape)
  }

  package func forward(_ context: LayerContext, rows: Range<Int>) {
    context.input.copyPositions(of: rows, into: context.output)
  }

  package func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient, let dx = context.inputGradient else { return }
    d.copyPositions(of: rows, into: dx)
  }
}

extension NetworkAssembly {
  /// Makes positions of feature maps that come in whole rows.
  ///
  /// - Parameter source: the layer whose output it is; −1 for the network's input, and the one before where nil.
  public mutating func takePositions(of source: Int? = nil) throws(DescentError) {
    let (shape, layout) = source.map { output(of: $0) } ?? (shape, layout)
    if !layout.arePositions(of: shape) { try place(MapPositions(), source: source) }
  }
}
