extension ActivationLayer: KerasReadable {
  public var keras: KerasLayer { KerasLayer("Activation", ["activation": function.keras]) }

  /// `Activation`, and the activations that are layers of their own in Keras.
  static let kerasClasses = ["Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "Identity"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    switch layer.className {
    case "Activation": try layer.takeActivation(as: "function")
    case "Identity": layer.options["function"] = .string(Linear.kind)
    default: try layer.takeActivation(layer.object, as: "function")
    }
  }
}

extension ActivationLayer: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) throws(DescentError) -> String {
    try export.add(function, to: x)
  }
}
