extension SpatialDropout2D: KerasReadable {
  public var keras: KerasLayer {
    KerasLayer("SpatialDropout2D", ["rate": .number(rate), "data_format": "channels_last"])
  }

  static let kerasClasses = ["SpatialDropout2D"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    try layer.requireChannelsLast()
    layer.take("rate")
  }
}

extension SpatialDropout1D: KerasReadable {
  public var keras: KerasLayer { KerasLayer("SpatialDropout1D", ["rate": .number(rate)]) }

  static let kerasClasses = ["SpatialDropout1D"]

  static func read(_ layer: inout KerasLayerSource) { layer.take("rate") }
}

/// Nothing is dropped in inference.
extension SpatialDropout2D: ONNXTransparent {}
extension SpatialDropout1D: ONNXTransparent {}
