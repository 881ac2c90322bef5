import Kernels

// MARK: - Keras

extension Conv2D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("Conv2D", axes: Self.axes) }
  static let kerasClasses = ["Conv2D", "Convolution2D"]
}

extension Conv1D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("Conv1D", axes: Self.axes) }
  static let kerasClasses = ["Conv1D", "Convolution1D"]
}

extension ConvolutionLayer {
  fileprivate func kerasLayer(_ className: String, axes: Int) -> KerasLayer {
    var config: ConfigMap = [
      "filters": .integer(settings.filters),
      "kernel_size": settings.kernelSize.each(of: axes).configValue,
      "strides": settings.strides.each(of: axes).configValue,
      "padding": settings.padding.configValue, "data_format": "channels_last",
      "dilation_rate": settings.dilationRate.each(of: axes).configValue,
      "groups": .integer(settings.groups), "activation": settings.activation.keras,
      "use_bias": .bool(settings.useBias),
      "kernel_initializer": settings.kernelInitializer.keras,
      "bias_initializer": settings.biasInitializer.keras, "trainable": .bool(isTrainable),
    ]
    config["kernel_regularizer"] = settings.kernelRegularizer?.keras
    config["bias_regularizer"] = settings.biasRegularizer?.keras
    config["kernel_constraint"] = settings.kernelConstraint?.keras
    return KerasLayer(className, config)
  }
}

extension KerasReadable where Self: ConvolutionLayer {
  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    try layer.requireChannelsLast()
    guard layer.given("padding")?.stringValue != "causal" else {
      throw layer.refused("pads before the first position only (causal)", "use same or valid")
    }
    layer.take(
      "filters", "kernel_size", "strides", "padding", "dilation_rate", "groups", "use_bias",
      "trainable")
    try layer.takeActivation()
    layer.takeInitializers("kernel_initializer", "bias_initializer")
    layer.takeRegularizers("kernel_regularizer", "bias_regularizer")
    layer.takeConstraints("kernel_constraint")
    layer.leaveOut("bias_constraint")
    layer.variables = [.parameter("kernel")]
    if layer.flag("use_bias") ?? true { layer.variables.append(.parameter("bias")) }
  }
}

// MARK: - ONNX

extension Conv2D: ONNXConvertible {}
extension Conv1D: ONNXConvertible {}

extension ONNXConvertible where Self: ConvolutionLayer {
  /// Its weights in ONNX' order: filters × channels of a group × lines × pixels.
  func add(to export: inout ONNXExport, _ x: String) throws(DescentError) -> String {
    let convolution = try settings.over(export.inputShape)
    let axes = [convolution.lines, convolution.pixels].suffix(Self.axes)
    let order = [Self.axes + 1, Self.axes] + Array(0..<Self.axes)
    let weights = export.graph.add(
      "Transpose", [export.parameter(0)], [("perm", .ints(order))])
    let bias = settings.useBias ? [export.parameter(1)] : []
    let y = export.channelsFirst(x, axes: Self.axes) { graph, x in
      graph.add(
        "Conv", [x, weights] + bias,
        [
          ("kernel_shape", .ints(axes.map(\.size))), ("strides", .ints(axes.map(\.stride))),
          ("dilations", .ints(axes.map(\.dilation))), ("group", .int(settings.groups)),
          ("pads", .ints(axes.map(\.before) + axes.map(\.after))),
        ])
    }
    return try export.add(settings.activation, to: y)
  }
}
