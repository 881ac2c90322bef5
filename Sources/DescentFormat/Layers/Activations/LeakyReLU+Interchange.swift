extension LeakyReLU: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String {
    graph.add("LeakyRelu", [z], [("alpha", .float(Float(negativeSlope)))])
  }
}

extension LeakyReLU: KerasReadableActivation {
  static func read(
    kerasClass name: String, _ config: ConfigMap, _ parts: KerasParts
  ) -> ConfigValue? {
    guard name == "LeakyReLU" else { return nil }
    // The second name is that of Keras 2.
    return [
      kind: ["negative_slope": config.given("negative_slope") ?? config.given("alpha") ?? 0.3]
    ]
  }
}
