extension GELU: ONNXActivation {
  /// The operator Gelu is younger than the operator set.
  func add(to graph: inout ONNXGraph, _ z: String) -> String {
    let function = approximate ? tanh(&graph, z) : erf(&graph, z)
    let sum = graph.add("Add", [function, graph.constant(1)])
    return graph.add("Mul", [graph.add("Mul", [z, graph.constant(0.5)]), sum])
  }

  /// erf(z/√2)
  private func erf(_ graph: inout ONNXGraph, _ z: String) -> String {
    graph.add("Erf", [graph.add("Mul", [z, graph.constant(Float(0.5.squareRoot()))])])
  }

  /// tanh(√(2/π)·(z + 0.044715·z³))
  private func tanh(_ graph: inout ONNXGraph, _ z: String) -> String {
    let square = graph.add("Mul", [z, z])
    let factor = graph.add(
      "Add", [graph.add("Mul", [square, graph.constant(0.044715)]), graph.constant(1)])
    let scaled = graph.add("Mul", [z, graph.constant(Float((2 / Double.pi).squareRoot()))])
    return graph.add("Tanh", [graph.add("Mul", [scaled, factor])])
  }
}

extension GELU: KerasReadableActivation {
  static func read(
    kerasClass name: String, _ config: ConfigMap, _ parts: KerasParts
  ) -> ConfigValue? {
    name == "Gelu" ? [kind: ["approximate": config.given("approximate") ?? true]] : nil
  }
}
