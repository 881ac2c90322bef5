extension BatchNormalization: KerasReadable {
  public var keras: KerasLayer {
    KerasLayer(
      "BatchNormalization",
      [
        "momentum": .number(momentum), "epsilon": .number(epsilon),
        "trainable": .bool(isTrainable),
      ])
  }

  static let kerasClasses = ["BatchNormalization"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    try layer.takeNormalization()
    layer.take("momentum")
    layer.variables += [.parameter("moving_mean"), .parameter("moving_variance")]
  }
}

extension BatchNormalization: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    let parameters = (0..<4).map { export.parameter($0) }
    func normalized(_ graph: inout ONNXGraph, _ x: String) -> String {
      graph.add(
        "BatchNormalization", [x] + parameters, [("epsilon", .float(Float(epsilon)))])
    }
    let axes = export.inputShape.count - 1
    return axes == 0
      ? normalized(&export.graph, x) : export.channelsFirst(x, axes: axes, normalized)
  }
}
