extension ELU: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String {
    graph.add("Elu", [z], [("alpha", .float(Float(alpha)))])
  }
}

extension ELU: KerasReadableActivation {
  static func read(
    kerasClass name: String, _ config: ConfigMap, _ parts: KerasParts
  ) -> ConfigValue? {
    name == "ELU" ? [kind: ["alpha": config.given("alpha") ?? 1.0]] : nil
  }
}
