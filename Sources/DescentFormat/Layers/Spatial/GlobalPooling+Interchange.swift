// MARK: - Keras

extension GlobalMaxPooling2D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("GlobalMaxPooling2D") }
  static let kerasClasses = ["GlobalMaxPooling2D"]
}

extension GlobalMaxPooling1D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("GlobalMaxPooling1D") }
  static let kerasClasses = ["GlobalMaxPooling1D"]
}

extension GlobalAveragePooling2D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("GlobalAveragePooling2D") }
  static let kerasClasses = ["GlobalAveragePooling2D"]
}

extension GlobalAveragePooling1D: KerasReadable {
  public var keras: KerasLayer { kerasLayer("GlobalAveragePooling1D") }
  static let kerasClasses = ["GlobalAveragePooling1D"]
}

extension GlobalPooling {
  fileprivate func kerasLayer(_ className: String) -> KerasLayer {
    KerasLayer(
      className, ["data_format": "channels_last", "keepdims": .bool(keepDimensions)])
  }
}

extension KerasReadable where Self: GlobalPooling {
  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    try layer.requireChannelsLast()
    layer.take("keepdims")
  }
}

// MARK: - ONNX

extension GlobalMaxPooling2D: ONNXConvertible {}
extension GlobalMaxPooling1D: ONNXConvertible {}
extension GlobalAveragePooling2D: ONNXConvertible {}
extension GlobalAveragePooling1D: ONNXConvertible {}

extension ONNXConvertible where Self: MaximumPooling & GlobalPooling {
  func add(to export: inout ONNXExport, _ x: String) -> String { add("ReduceMax", to: &export, x) }
}

extension ONNXConvertible where Self: AveragePooling & GlobalPooling {
  func add(to export: inout ONNXExport, _ x: String) -> String { add("ReduceMean", to: &export, x) }
}

extension GlobalPooling {
  fileprivate func add(_ kind: String, to export: inout ONNXExport, _ x: String) -> String {
    export.graph.add(
      kind, [x],
      [("axes", .ints(Array(1...Self.axes))), ("keepdims", .int(keepDimensions ? 1 : 0))])
  }
}
