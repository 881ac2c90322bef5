extension Mish: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String {
    graph.add("Mul", [z, graph.add("Tanh", [graph.add("Softplus", [z])])])
  }
}
