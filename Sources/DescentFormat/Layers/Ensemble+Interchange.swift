extension Ensemble: KerasMerge {
  static let kerasClasses = ["Average"]
}

extension EnsembleSum: KerasMeeting {
  var isLast: Bool { false }
}

extension EnsembleMean: KerasMeeting {
  var isLast: Bool { true }
}

/// Keras has no layer there: the `Average` takes in the outputs of all members.
extension EnsembleSum: KerasComposite {
  func add(to graph: inout KerasGraph, name: String, _ x: KerasGraph.Output) -> KerasGraph.Output {
    x
  }

  func variableHolders(name: String, _ entries: [ParameterLayout.Entry])
    -> [KerasConfig.VariableHolder]
  { [] }
}

extension EnsembleSum: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    export.graph.add("Add", [export.skipped ?? x, x])
  }
}

extension EnsembleMean: KerasConvertible {
  package var keras: KerasLayer { KerasLayer("Average") }
}

extension EnsembleMean: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    let sum = export.graph.add("Add", [export.skipped ?? x, x])
    let share = export.graph.constant(1 / Float(count))
    return export.graph.add("Mul", [sum, share])
  }
}
