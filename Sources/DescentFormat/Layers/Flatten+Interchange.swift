extension Flatten: KerasReadable {
  public var keras: KerasLayer { KerasLayer("Flatten") }

  static let kerasClasses = ["Flatten"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    guard layer.given("data_format")?.stringValue != "channels_first" else {
      throw layer.refused("puts channels first", "save the model with channels last")
    }
  }
}

extension Flatten: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    export.graph.add("Flatten", [x], [("axis", .int(1))])
  }
}
