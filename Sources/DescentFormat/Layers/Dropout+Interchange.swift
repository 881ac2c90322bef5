extension Dropout: KerasReadable {
  public var keras: KerasLayer { KerasLayer("Dropout", ["rate": .number(rate)]) }

  static let kerasClasses = ["Dropout"]

  /// What draws one number for each row is another layer of ours.
  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    guard let shape = layer.given("noise_shape")?.listValue, shape.count > 1, shape[0].isNull,
      shape.dropFirst().allSatisfy({ $0.integerValue == 1 })
    else { return try layer.takeRate() }
    layer.kind = DropPath.kind
    layer.take("rate")
  }
}

/// Nothing is dropped in inference.
extension Dropout: ONNXTransparent {}
