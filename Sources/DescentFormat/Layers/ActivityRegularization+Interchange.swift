extension ActivityRegularization: KerasReadable {
  public var keras: KerasLayer {
    KerasLayer("ActivityRegularization", ["l1": .number(l1), "l2": .number(l2)])
  }

  static let kerasClasses = ["ActivityRegularization"]

  static func read(_ layer: inout KerasLayerSource) { layer.take("l1", "l2") }
}

/// A penalty is nothing in inference.
extension ActivityRegularization: ONNXTransparent {}
