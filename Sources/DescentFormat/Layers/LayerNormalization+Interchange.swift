extension LayerNormalization: KerasReadable {
  public var keras: KerasLayer {
    KerasLayer(
      "LayerNormalization",
      ["axis": -1, "epsilon": .number(epsilon), "trainable": .bool(isTrainable)])
  }

  static let kerasClasses = ["LayerNormalization"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    try layer.takeNormalization()
  }
}

extension LayerNormalization: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    export.graph.add(
      "LayerNormalization", [x, export.parameter(0), export.parameter(1)],
      [("axis", .int(-1)), ("epsilon", .float(Float(epsilon)))])
  }
}
