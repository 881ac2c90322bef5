extension DropPath: KerasConvertible {
  /// One number is drawn for all values of a row. Read back it is told from other dropout by that: see `Dropout`.
  public var keras: KerasLayer {
    KerasLayer(
      "Dropout",
      [
        "rate": .number(rate),
        "noise_shape": .list([.null] + [ConfigValue](repeating: 1, count: axes)),
      ])
  }
}

/// Nothing is dropped in inference.
extension DropPath: ONNXTransparent {}
