/// ONNX has the channels of feature maps before their axes, here they stand last.
extension ONNXExport {
  /// Adds what an operator does to maps of so many axes, between two transpositions. Of pairs that cancel between one such
  /// operator and the next, runtimes take care.
  mutating func channelsFirst(
    _ x: String, axes: Int, _ add: (_ graph: inout ONNXGraph, _ x: String) -> String
  ) -> String {
    let transposed = graph.add(
      "Transpose", [x], [("perm", .ints([0, axes + 1] + Array(1...axes)))])
    let y = add(&graph, transposed)
    return graph.add("Transpose", [y], [("perm", .ints([0] + Array(2...axes + 1) + [1]))])
  }
}
