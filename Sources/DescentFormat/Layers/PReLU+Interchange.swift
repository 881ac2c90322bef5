extension PReLU: KerasReadable {
  public var keras: KerasLayer {
    var config: ConfigMap = [
      "alpha_initializer": alphaInitializer.keras, "trainable": .bool(isTrainable),
    ]
    if sharedAxes > 0 { config["shared_axes"] = (1...sharedAxes).map { $0 }.configValue }
    return KerasLayer("PReLU", config)
  }

  static let kerasClasses = ["PReLU"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    try layer.requireSharedAxes()
    layer.take("trainable")
    layer.takeInitializers("alpha_initializer")
    layer.leaveOut("alpha_regularizer", "alpha_constraint")
    layer.variables = [.parameter("alpha")]
  }
}

extension PReLU: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    export.graph.add("PRelu", [x, export.parameter(0)])
  }
}
