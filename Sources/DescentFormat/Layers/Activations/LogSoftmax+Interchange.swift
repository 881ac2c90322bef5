extension LogSoftmax: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String {
    graph.add("LogSoftmax", [z], [("axis", .int(-1))])
  }
}
