// MARK: - Keras

extension ZeroPadding2D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("ZeroPadding2D") }
  static let kerasClasses = ["ZeroPadding2D"]
}

extension ZeroPadding1D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("ZeroPadding1D") }
  static let kerasClasses = ["ZeroPadding1D"]
}

extension ZeroPadding {
  fileprivate func kerasLayer(_ className: String) -> KerasLayer {
    KerasLayer(
      className,
      ["padding": padding.configValue(axes: Self.axes), "data_format": "channels_last"])
  }
}

extension KerasReadable where Self: ZeroPadding {
  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    try layer.requireChannelsLast()
    layer.take("padding")
  }
}

extension Cropping2D: KerasReadable {
  public var keras: KerasLayer {
    KerasLayer(
      "Cropping2D",
      ["cropping": cropping.configValue(axes: Self.axes), "data_format": "channels_last"])
  }
  static let kerasClasses = ["Cropping2D"]
}

/// Keras' layer over lines has no say where its channels are.
extension Cropping1D: KerasReadable {
  public var keras: KerasLayer {
    KerasLayer("Cropping1D", ["cropping": cropping.configValue(axes: Self.axes)])
  }
  static let kerasClasses = ["Cropping1D"]
}

extension KerasReadable where Self: Cropping {
  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    try layer.requireChannelsLast()
    layer.take("cropping")
  }
}

// MARK: - ONNX

extension ZeroPadding2D: ONNXConvertible {}
extension ZeroPadding1D: ONNXConvertible {}
extension Cropping2D: ONNXConvertible {}
extension Cropping1D: ONNXConvertible {}

extension ONNXConvertible where Self: ZeroPadding {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    let before = [padding.top, padding.left].suffix(Self.axes)
    let after = [padding.bottom, padding.right].suffix(Self.axes)
    return export.graph.add(
      "Pad", [x, export.graph.integers([0] + before + [0, 0] + after + [0])])
  }
}

extension ONNXConvertible where Self: Cropping {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    let starts = [cropping.top, cropping.left].suffix(Self.axes)
    let ends = zip(starts, export.shape).map { $0 + $1 }
    return export.graph.add(
      "Slice",
      [
        x, export.graph.integers(Array(starts)), export.graph.integers(ends),
        export.graph.integers(Array(1...Self.axes)),
      ])
  }
}
