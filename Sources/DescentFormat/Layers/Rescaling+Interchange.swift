extension Rescaling: KerasReadable {
  public var keras: KerasLayer {
    KerasLayer("Rescaling", ["scale": scaleValue, "offset": .number(offset)])
  }

  static let kerasClasses = ["Rescaling"]

  static func read(_ layer: inout KerasLayerSource) { layer.take("scale", "offset") }
}

extension Rescaling: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    let factor =
      factors.map { export.graph.tensor("scale", $0.map { Float($0) }, shape: [$0.count]) }
      ?? export.graph.constant(Float(scale))
    let scaled = export.graph.add("Mul", [x, factor])
    return offset == 0
      ? scaled : export.graph.add("Add", [scaled, export.graph.constant(Float(offset))])
  }
}
