/// Keys that several layers share.
enum LayerKeys {
  static let name = ConfigKey(
    optional: "name", .string, absent: "made from the kind and position", "The layer's name.")
  static let trainable = ConfigKey(
    "trainable", .bool, default: true, "Whether the optimizer changes the layer's parameters.")

  /// - Throws: where a layer that works on rows gets something else.
  static func requireRows(_ input: [Int], kind: String) throws(DescentError) {
    guard input.count == 1 else {
      throw DescentError(
        .invalidInput, "\(kind) takes rows, not an input of shape \(input)",
        advice: "put a flatten layer before it")
    }
  }
}
