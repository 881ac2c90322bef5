extension Softmax: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String {
    graph.add("Softmax", [z], [("axis", .int(-1))])
  }
}

extension Softmax: KerasReadableActivation {
  static func read(
    kerasClass name: String, _ config: ConfigMap, _ parts: KerasParts
  ) throws(DescentError) -> ConfigValue? {
    guard name == "Softmax" else { return nil }
    guard config.given("axis").map({ [-1, 1, [-1], [1]].contains($0) }) ?? true else {
      throw parts.refused(
        "has a softmax along axis \(config["axis"]?.json() ?? "")", "use the last")
    }
    return .string(kind)
  }
}
