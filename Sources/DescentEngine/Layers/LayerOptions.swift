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
  /// - Throws: where a layer that works on rows gets something else.
  static func requireRows(_ input: [Int]) throws(DescentError) {
    guard input.count == 1 else {
      throw DescentError(
        .invalidInput, "\(kind) takes rows, not an input of shape \(input)",
        advice: "put a flatten layer before it")
    }
  }
}
