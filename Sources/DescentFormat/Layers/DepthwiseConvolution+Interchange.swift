// MARK: - Keras

extension DepthwiseConv2D: KerasReadable {
  public var keras: KerasLayer {
    var config = window.keras(axes: Self.axes)
    config["depth_multiplier"] = .integer(depthMultiplier)
    config["depthwise_initializer"] = depthwiseInitializer.keras
    config["depthwise_regularizer"] = depthwiseRegularizer?.keras
    config["depthwise_constraint"] = KerasParts.constraint(depthwiseConstraint, axes: Self.axes)
    return kerasLayer("DepthwiseConv2D", config, biasInitializer, biasRegularizer)
  }

  static let kerasClasses = ["DepthwiseConv2D"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    try readConvolution(&layer)
    layer.take("depth_multiplier")
    layer.takeInitializers("depthwise_initializer")
    layer.takeRegularizers("depthwise_regularizer")
    layer.takeConstraints("depthwise_constraint", axes: axes)
  }
}

extension SeparableConv2D: KerasReadable {
  public var keras: KerasLayer {
    var config = window.keras(axes: Self.axes)
    config["filters"] = .integer(filters)
    config["depth_multiplier"] = .integer(depthMultiplier)
    config["depthwise_initializer"] = depthwiseInitializer.keras
    config["pointwise_initializer"] = pointwiseInitializer.keras
    config["depthwise_regularizer"] = depthwiseRegularizer?.keras
    config["pointwise_regularizer"] = pointwiseRegularizer?.keras
    config["depthwise_constraint"] = KerasParts.constraint(depthwiseConstraint, axes: Self.axes)
    config["pointwise_constraint"] = KerasParts.constraint(
      pointwiseConstraint, axes: Self.axes + 1)
    return kerasLayer("SeparableConv2D", config, biasInitializer, biasRegularizer)
  }

  static let kerasClasses = ["SeparableConv2D", "SeparableConvolution2D"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    try readConvolution(&layer, kernels: ["depthwise_kernel", "pointwise_kernel"])
    layer.take("filters", "depth_multiplier")
    layer.takeInitializers("depthwise_initializer", "pointwise_initializer")
    layer.takeRegularizers("depthwise_regularizer", "pointwise_regularizer")
    layer.takeConstraints("depthwise_constraint", axes: axes)
    layer.takeConstraints("pointwise_constraint", axes: axes + 1)
  }
}

// MARK: - ONNX

extension DepthwiseConv2D: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) throws(DescentError) -> String {
    let windows = try window.over(export.inputShape)
    let weights = Self.depthwiseWeights(&export, window)
    let bias = useBias ? [export.parameter(1)] : []
    let channels = export.inputShape[Self.axes]
    let y = export.channelsFirst(x, axes: Self.axes) { graph, x in
      graph.add("Conv", [x, weights] + bias, Self.attributes(windows, groups: channels))
    }
    return try export.add(activation, to: y)
  }
}

extension SeparableConv2D: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) throws(DescentError) -> String {
    let windows = try window.over(export.inputShape)
    let depthwise = Self.depthwiseWeights(&export, window)
    let pointwise = export.graph.add(
      "Transpose", [export.parameter(1)], [("perm", .ints([3, 2, 0, 1]))])
    let bias = useBias ? [export.parameter(2)] : []
    let channels = export.inputShape[Self.axes]
    let y = export.channelsFirst(x, axes: Self.axes) { graph, x in
      let between = graph.add(
        "Conv", [x, depthwise], Self.attributes(windows, groups: channels))
      return graph.add("Conv", [between, pointwise] + bias)
    }
    return try export.add(activation, to: y)
  }
}

extension ConvolutionLayer {
  /// The first parameter in ONNX' order: output channels × 1 × lines × pixels.
  fileprivate static func depthwiseWeights(
    _ export: inout ONNXExport, _ window: WindowSettings
  ) -> String {
    let shape = [-1, 1] + window.kernelSize.each(of: axes)
    let turned = export.graph.add(
      "Transpose", [export.parameter(0)], [("perm", .ints([2, 3, 0, 1]))])
    return export.graph.add("Reshape", [turned, export.graph.integers(shape)])
  }
}
