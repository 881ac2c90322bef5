import Kernels

/// Options that several layers share.
extension ConfigOption {
  /// A layer's own name.
  public static func name(_ path: Path<String?>) -> Self {
    .optional(
      "name", .string, path, absent: "made from the kind and position", "The layer's name.")
  }

  /// Whether a layer is trained.
  public static func trainable(_ path: Path<Bool>) -> Self {
    .option("trainable", .bool, path, "Whether the optimizer changes the layer's parameters.")
  }
}

extension Layer {
  /// How the output of a layer lies that takes rows, or the positions of feature maps one by one.
  /// - Throws: where it gets a map in whole rows, as the data has it.
  static func requirePositions(
    _ input: ActivationLayout, shape: [Int]
  ) throws(DescentError) -> ActivationLayout {
    guard input.channels == shape.last else {
      throw DescentError(
        .invalidInput,
        "\(kind) takes rows, or feature maps that a layer puts out, not an input of shape "
          + "\(shape) as the data or a reshape layer has it",
        advice: "put a layer over maps before it, such as a convolution, or a flatten layer")
    }
    return input
  }

  /// - Throws: where a layer that works on rows gets something else.
  static func requireRows(_ input: [Int]) throws(DescentError) {
    guard input.count == 1 else {
      throw DescentError(
        .invalidInput, "\(kind) takes rows, not an input of shape \(input)",
        advice: "put a flatten layer before it")
    }
  }
}
