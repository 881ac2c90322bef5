// MARK: - Keras

extension Conv2D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("Conv2D", axes: Self.axes) }
  static let kerasClasses = ["Conv2D", "Convolution2D"]
}

extension Conv1D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("Conv1D", axes: Self.axes) }
  static let kerasClasses = ["Conv1D", "Convolution1D"]
}

extension FilterLayer {
  fileprivate func kerasLayer(_ className: String, axes: Int) -> KerasLayer {
    var config = settings.window.keras(axes: axes)
    config["filters"] = .integer(settings.filters)
    config["groups"] = .integer(settings.groups)
    config["kernel_initializer"] = settings.kernelInitializer.keras
    config["kernel_regularizer"] = settings.kernelRegularizer?.keras
    config["kernel_constraint"] = KerasParts.constraint(settings.kernelConstraint, axes: axes + 1)
    return kerasLayer(
      className, config, settings.biasInitializer, settings.biasRegularizer)
  }
}

extension WindowSettings {
  func keras(axes: Int) -> ConfigMap {
    [
      "kernel_size": kernelSize.each(of: axes).configValue,
      "strides": strides.each(of: axes).configValue, "padding": padding.configValue,
      "data_format": "channels_last", "dilation_rate": dilationRate.each(of: axes).configValue,
    ]
  }
}

extension ConvolutionLayer {
  /// A layer with what all convolutions have.
  func kerasLayer(
    _ className: String, _ own: ConfigMap, _ biasInitializer: any Initializer,
    _ biasRegularizer: (any Regularizer)?
  ) -> KerasLayer {
    var config = own
    config["activation"] = activation.keras
    config["use_bias"] = .bool(useBias)
    config["bias_initializer"] = biasInitializer.keras
    config["bias_regularizer"] = biasRegularizer?.keras
    config["trainable"] = .bool(isTrainable)
    return KerasLayer(className, config)
  }
}

extension KerasReadable where Self: FilterLayer {
  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    layer.take("filters", "groups")
    try readConvolution(&layer)
    layer.takeInitializers("kernel_initializer")
    layer.takeRegularizers("kernel_regularizer")
    layer.takeConstraints("kernel_constraint", axes: axes + 1)
  }
}

extension KerasReadable where Self: ConvolutionLayer {
  /// Takes what all convolutions have.
  static func readConvolution(
    _ layer: inout KerasLayerSource, kernels: [String] = ["kernel"]
  ) throws(DescentError) {
    try layer.requireChannelsLast()
    guard layer.given("padding")?.stringValue != "causal" else {
      throw layer.refused("pads before the first position only (causal)", "use same or valid")
    }
    layer.take("kernel_size", "strides", "padding", "dilation_rate", "use_bias", "trainable")
    try layer.takeActivation()
    layer.takeInitializers("bias_initializer")
    layer.takeRegularizers("bias_regularizer")
    layer.leaveOut("bias_constraint")
    layer.variables = kernels.map { .parameter($0) }
    if layer.flag("use_bias") ?? true { layer.variables.append(.parameter("bias")) }
  }
}

// MARK: - ONNX

extension Conv2D: ONNXConvertible {}
extension Conv1D: ONNXConvertible {}

extension ONNXConvertible where Self: FilterLayer {
  /// Its weights in ONNX' order: filters × channels of a group × lines × pixels.
  func add(to export: inout ONNXExport, _ x: String) throws(DescentError) -> String {
    let windows = try settings.window.over(export.inputShape)
    let order = [Self.axes + 1, Self.axes] + Array(0..<Self.axes)
    let weights = export.graph.add(
      "Transpose", [export.parameter(0)], [("perm", .ints(order))])
    let bias = settings.useBias ? [export.parameter(1)] : []
    let y = export.channelsFirst(x, axes: Self.axes) { graph, x in
      graph.add(
        "Conv", [x, weights] + bias,
        Self.attributes(windows, groups: settings.groups))
    }
    return try export.add(settings.activation, to: y)
  }
}

extension ConvolutionLayer {
  /// What ONNX' operator is told of the window.
  static func attributes(
    _ windows: (lines: WindowAxis, pixels: WindowAxis), groups: Int
  ) -> [(name: String, value: ONNXGraph.Attribute)] {
    let axes = [windows.lines, windows.pixels].suffix(Self.axes)
    return [
      ("kernel_shape", .ints(axes.map(\.size))), ("strides", .ints(axes.map(\.stride))),
      ("dilations", .ints(axes.map(\.dilation))), ("group", .int(groups)),
      ("pads", .ints(axes.map(\.before) + axes.map(\.after))),
    ]
  }
}
