extension AlphaDropout: KerasReadable {
  public var keras: KerasLayer { KerasLayer("AlphaDropout", ["rate": .number(rate)]) }

  static let kerasClasses = ["AlphaDropout"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) { try layer.takeRate() }
}

/// Nothing is dropped in inference.
extension AlphaDropout: ONNXTransparent {}
