extension Gate: KerasBlock {
  public var keras: KerasLayer { KerasLayer(Self.kerasJoin) }

  static let kerasJoin = "Multiply"
  static var takesProjection: Bool { false }

  init(layers: [any Layer], projection: Bool) { self.init(layers: layers) }

  static func isProjection(_ layer: any Layer, from input: [Int], to output: [Int]) -> Bool {
    false
  }

  static func outputShape(of layers: [Int], past: [Int]) -> [Int]? {
    fits(layers, on: past) ? past : nil
  }
}

/// Keras gives a row of factors the axes of the map that it multiplies.
extension GateProduct: KerasConvertible {
  package var keras: KerasLayer { KerasLayer(Gate.kerasJoin) }
}

extension GateProduct: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    let factors = export.inputShape
    let ones = export.shape.count - factors.count
    // Axes of tensors are told by their distance from the last, except that of the batch.
    let shaped =
      ones == 0
      ? x
      : export.graph.add(
        "Reshape",
        [x, export.graph.integers([-1] + Array(repeating: 1, count: ones) + factors)])
    return export.graph.add("Mul", [export.skipped ?? x, shaped])
  }
}
