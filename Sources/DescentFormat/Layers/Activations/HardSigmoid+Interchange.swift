extension HardSigmoid: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String {
    graph.add("HardSigmoid", [z], [("alpha", .float(1 / 6)), ("beta", .float(0.5))])
  }
}

extension HardSigmoid: KerasReadableActivation {
  static func read(
    kerasClass name: String, _ config: ConfigMap, _ parts: KerasParts
  ) throws(DescentError) -> ConfigValue? {
    guard name == kind, parts.version?.hasPrefix("2.") == true else { return nil }
    throw parts.refused(
      "has the activation hard_sigmoid of Keras 2, which is 0.2·x + 0.5",
      "that of Keras 3 and Descent is x/6 + 0.5")
  }
}
