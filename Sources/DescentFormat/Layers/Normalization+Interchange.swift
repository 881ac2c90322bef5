extension Normalization: KerasReadable {
  public var keras: KerasLayer {
    KerasLayer(
      "Normalization", ["axis": [-1], "invert": .bool(invert)], constants: [("count", 0)])
  }

  static let kerasClasses = ["Normalization"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    layer.take("invert")
    if let mean = layer.given("mean"), let variance = layer.given("variance") {
      layer.constants = [
        "mean": try layer.parts.numbers(mean, "mean"),
        "variance": try layer.parts.numbers(variance, "variance"),
      ]
      return
    }
    // With an axis that is null, one mean and one variance are those of all columns.
    if layer.given("axis") == nil, layer.has("axis") {
      layer.variables = [.scalar("mean"), .scalar("variance")]
    } else {
      try layer.requireLastAxis()
      layer.variables = [.parameter("mean"), .parameter("variance")]
    }
    layer.variables.append(.ignored("count"))
  }
}

extension Normalization: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    let mean = export.parameter(0)
    if invert {
      let deviations = export.values(1).map(Self.deviation)
      let deviation = export.graph.tensor("deviation", deviations, shape: [deviations.count])
      return export.graph.add("Add", [export.graph.add("Mul", [x, deviation]), mean])
    }
    let factors = export.values(1).map(Self.factor)
    let factor = export.graph.tensor("factor", factors, shape: [factors.count])
    return export.graph.add("Mul", [export.graph.add("Sub", [x, mean]), factor])
  }
}
