extension ReLU: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String { graph.add("Relu", [z]) }
}

extension ReLU: KerasReadableActivation {
  /// Keras' layer of that name: max(0, x), with an upper bound or a slope below 0.
  static func read(
    kerasClass name: String, _ config: ConfigMap, _ parts: KerasParts
  ) throws(DescentError) -> ConfigValue? {
    guard name == "ReLU" else { return nil }
    let slope = config.given("negative_slope")?.numberValue ?? 0
    let threshold = config.given("threshold")?.numberValue ?? 0
    switch (config.given("max_value")?.numberValue, slope, threshold) {
    case (nil, 0, 0): return .string(kind)
    case (6, 0, 0): return .string(ReLU6.kind)
    case (nil, _, 0): return [LeakyReLU.kind: ["negative_slope": .number(slope)]]
    default:
      throw parts.refused(
        "is a ReLU with a max_value, a threshold or several such numbers",
        "read are a max_value of 6 and a negative_slope, each alone")
    }
  }
}
