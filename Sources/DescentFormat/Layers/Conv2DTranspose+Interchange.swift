// MARK: - Keras

extension Conv2DTranspose: KerasReadable {
  public var keras: KerasLayer {
    var config = window.keras(axes: Self.axes)
    config["filters"] = .integer(filters)
    config["kernel_initializer"] = kernelInitializer.keras
    config["kernel_regularizer"] = kernelRegularizer?.keras
    return kerasLayer("Conv2DTranspose", config, biasInitializer, biasRegularizer)
  }

  static let kerasClasses = ["Conv2DTranspose", "Convolution2DTranspose"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    guard layer.given("output_padding") == nil else {
      throw layer.refused(
        "chooses its output's size by output_padding", "leave it out; zero_padding2d adds lines")
    }
    layer.take("filters")
    try readConvolution(&layer)
    layer.takeInitializers("kernel_initializer")
    layer.takeRegularizers("kernel_regularizer")
    layer.leaveOut("kernel_constraint")
  }
}

// MARK: - ONNX

extension Conv2DTranspose: ONNXConvertible {
  /// Its weights in ONNX' order: channels × filters × lines × pixels.
  func add(to export: inout ONNXExport, _ x: String) throws(DescentError) -> String {
    let windows = try window.transposed(over: export.inputShape)
    let axes = [windows.lines, windows.pixels]
    let weights = export.graph.add(
      "Transpose", [export.parameter(0)], [("perm", .ints([3, 2, 0, 1]))])
    let bias = useBias ? [export.parameter(1)] : []
    // What windows reach behind the output is cut off; what they do not reach of it is added.
    let behind = axes.map { axis in
      (axis.output - 1) * axis.stride + WindowAxis.span(size: axis.size, dilation: axis.dilation)
        - axis.before - axis.input
    }
    let y = export.channelsFirst(x, axes: Self.axes) { graph, x in
      graph.add(
        "ConvTranspose", [x, weights] + bias,
        [
          ("kernel_shape", .ints(axes.map(\.size))), ("strides", .ints(axes.map(\.stride))),
          ("dilations", .ints(axes.map(\.dilation))),
          ("pads", .ints(axes.map(\.before) + behind.map { max(0, $0) })),
          ("output_padding", .ints(behind.map { max(0, -$0) })),
        ])
    }
    return try export.add(activation, to: y)
  }
}
