extension Softsign: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String { graph.add("Softsign", [z]) }
}
