extension Dense: KerasReadable {
  public var keras: KerasLayer {
    var config: ConfigMap = [
      "units": .integer(units), "activation": activation.keras, "use_bias": .bool(useBias),
      "kernel_initializer": kernelInitializer.keras, "bias_initializer": biasInitializer.keras,
      "trainable": .bool(isTrainable),
    ]
    config["kernel_regularizer"] = kernelRegularizer?.keras
    config["bias_regularizer"] = biasRegularizer?.keras
    config["kernel_constraint"] = kernelConstraint?.keras
    return KerasLayer("Dense", config)
  }

  static let kerasClasses = ["Dense"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    layer.take("units", "use_bias", "trainable")
    try layer.takeActivation()
    layer.takeInitializers("kernel_initializer", "bias_initializer")
    layer.takeRegularizers("kernel_regularizer", "bias_regularizer")
    layer.takeConstraints("kernel_constraint")
    layer.leaveOut("bias_constraint")
    guard layer.given("lora_rank") == nil, layer.given("quantization_config") == nil else {
      throw layer.refused("is quantized or has LoRA weights", "save the model without them")
    }
    layer.variables = [.parameter("kernel")]
    if layer.flag("use_bias") ?? true { layer.variables.append(.parameter("bias")) }
  }
}

extension Dense: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) throws(DescentError) -> String {
    let bias = useBias ? [export.parameter(1)] : []
    return try export.add(
      activation, to: export.graph.add("Gemm", [x, export.parameter(0)] + bias))
  }
}
