extension Residual: KerasBlock {
  public var keras: KerasLayer { KerasLayer("Add") }

  static func isProjection(_ layer: any Layer, from input: [Int], to output: [Int]) -> Bool {
    guard let own = projection(from: input, to: output) as? any FilterLayer else {
      return true
    }
    guard let layer = layer as? any FilterLayer else { return false }
    let axes = input.count - 1
    let (window, ownWindow) = (layer.settings.window, own.settings.window)
    return window.kernelSize.each(of: axes) == ownWindow.kernelSize.each(of: axes)
      && window.strides.each(of: axes) == ownWindow.strides.each(of: axes)
      && layer.settings.groups == 1
  }
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
