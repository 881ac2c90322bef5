extension Reshape: KerasReadable {
  public var keras: KerasLayer {
    KerasLayer("Reshape", ["target_shape": .list(targetShape.map { .integer($0) })])
  }

  static let kerasClasses = ["Reshape"]

  static func read(_ layer: inout KerasLayerSource) { layer.take("target_shape") }
}

extension Reshape: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    export.graph.add("Reshape", [x, export.graph.integers([-1] + export.shape)])
  }
}
