extension GaussianNoise: KerasReadable {
  public var keras: KerasLayer {
    KerasLayer("GaussianNoise", ["stddev": .number(standardDeviation)])
  }

  static let kerasClasses = ["GaussianNoise"]

  static func read(_ layer: inout KerasLayerSource) { layer.take("stddev") }
}

/// Nothing is added in inference.
extension GaussianNoise: ONNXTransparent {}
