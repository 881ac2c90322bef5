// MARK: - Keras

extension MaxPooling2D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("MaxPooling2D") }
  static let kerasClasses = ["MaxPooling2D"]
}

extension MaxPooling1D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("MaxPooling1D") }
  static let kerasClasses = ["MaxPooling1D"]
}

extension AveragePooling2D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("AveragePooling2D") }
  static let kerasClasses = ["AveragePooling2D"]
}

extension AveragePooling1D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("AveragePooling1D") }
  static let kerasClasses = ["AveragePooling1D"]
}

extension WindowPooling {
  fileprivate func kerasLayer(_ className: String) -> KerasLayer {
    let size = window.poolSize.each(of: Self.axes)
    return KerasLayer(
      className,
      [
        "pool_size": size.configValue,
        "strides": (window.strides?.each(of: Self.axes) ?? size).configValue,
        "padding": window.padding.configValue, "data_format": "channels_last",
      ])
  }
}

extension KerasReadable where Self: WindowPooling {
  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    try layer.requireChannelsLast()
    layer.take("pool_size", "strides", "padding")
  }
}

// MARK: - ONNX

extension MaxPooling2D: ONNXConvertible {}
extension MaxPooling1D: ONNXConvertible {}
extension AveragePooling2D: ONNXConvertible {}
extension AveragePooling1D: ONNXConvertible {}

extension ONNXConvertible where Self: MaximumPooling & WindowPooling {
  func add(to export: inout ONNXExport, _ x: String) throws(DescentError) -> String {
    try add("MaxPool", [], to: &export, x)
  }
}

extension ONNXConvertible where Self: AveragePooling & WindowPooling {
  func add(to export: inout ONNXExport, _ x: String) throws(DescentError) -> String {
    try add("AveragePool", [("count_include_pad", .int(0))], to: &export, x)
  }
}

extension WindowPooling {
  fileprivate func add(
    _ kind: String, _ attributes: [(name: String, value: ONNXGraph.Attribute)],
    to export: inout ONNXExport, _ x: String
  ) throws(DescentError) -> String {
    let over = try window(over: export.inputShape)
    let axes = [over.vertical, over.horizontal].suffix(Self.axes)
    return export.channelsFirst(x, axes: Self.axes) { graph, x in
      graph.add(
        kind, [x],
        [
          ("kernel_shape", .ints(axes.map(\.size))), ("strides", .ints(axes.map(\.stride))),
          ("pads", .ints(axes.map(\.before) + axes.map(\.after))),
        ] + attributes)
    }
  }
}
