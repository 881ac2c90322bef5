extension PReLU: KerasReadable {
  public var keras: KerasLayer {
    KerasLayer(
      "PReLU", ["alpha_initializer": alphaInitializer.keras, "trainable": .bool(isTrainable)])
  }

  static let kerasClasses = ["PReLU"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    guard layer.given("shared_axes") == nil else {
      throw layer.refused(
        "shares its slopes along an axis", "only a slope for each input is read")
    }
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
