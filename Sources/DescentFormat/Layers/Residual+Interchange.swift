extension Residual: KerasBlock {
  public var keras: KerasLayer { KerasLayer("Add") }
}

/// Keras has no layer there: what takes in the fork's output takes in its input.
extension ResidualFork: KerasComposite {
  func add(to graph: inout KerasGraph, name: String, _ x: KerasGraph.Output) -> KerasGraph.Output {
    x
  }

  func variableHolders(name: String, _ entries: [ParameterLayout.Entry])
    -> [KerasConfig.VariableHolder]
  { [] }
}

extension ResidualFork: ONNXTransparent {}

extension ResidualAddition: KerasConvertible {
  package var keras: KerasLayer { KerasLayer("Add") }
}

extension ResidualAddition: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    export.graph.add("Add", [x, export.skipped ?? x])
  }
}
