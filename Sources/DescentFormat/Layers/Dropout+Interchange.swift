extension Dropout: KerasReadable {
  public var keras: KerasLayer { KerasLayer("Dropout", ["rate": .number(rate)]) }

  static let kerasClasses = ["Dropout"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) { try layer.takeRate() }
}

/// Nothing is dropped in inference.
extension Dropout: ONNXTransparent {}
