extension Tanh: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String { graph.add("Tanh", [z]) }
}
