extension HardTanh: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String { graph.clip(z, -1, 1) }
}
