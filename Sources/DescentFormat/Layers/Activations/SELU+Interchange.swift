extension SELU: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String { graph.add("Selu", [z]) }
}
