extension ReLU6: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String { graph.clip(z, 0, 6) }
}
