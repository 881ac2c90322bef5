extension Residual: KerasBlock {
  public var keras: KerasLayer { KerasLayer(Self.kerasJoin) }

  static let kerasJoin = "Add"

  static func outputShape(of layers: [Int], past: [Int]) -> [Int]? { layers == past ? past : nil }

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

extension ResidualAddition: KerasConvertible {
  package var keras: KerasLayer { KerasLayer(Residual.kerasJoin) }
}

extension ResidualAddition: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    export.graph.add("Add", [x, export.skipped ?? x])
  }
}
