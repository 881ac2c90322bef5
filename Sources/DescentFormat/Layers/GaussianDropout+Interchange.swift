extension GaussianDropout: KerasReadable {
  public var keras: KerasLayer { KerasLayer("GaussianDropout", ["rate": .number(rate)]) }

  static let kerasClasses = ["GaussianDropout"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) { try layer.takeRate() }
}

/// Nothing is dropped in inference.
extension GaussianDropout: ONNXTransparent {}
