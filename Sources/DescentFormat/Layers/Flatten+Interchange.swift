extension Flatten: KerasReadable {
  public var keras: KerasLayer { KerasLayer("Flatten") }

  static let kerasClasses = ["Flatten"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    try layer.requireChannelsLast()
  }
}

extension Flatten: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    export.graph.add("Flatten", [x], [("axis", .int(1))])
  }
}
