/// A penalty for the size of a parameter's elements, added to the cost: l1·Σ|w| + l2·Σw².
///
/// The history records it apart from the cost. To add one: conform in a file of its own and add the type to
/// `Registries.regularizers`.
public protocol Regularizer: ConfigComponent {
  /// The factor of Σ|w|.
  var l1: Double { get }
  /// The factor of Σw².
  var l2: Double { get }
  /// The penalty in Keras' terms.
  var keras: ConfigValue { get }
}

extension Regularizer {
  package func keras(_ className: String) -> ConfigValue {
    [
      "module": "keras.regularizers", "class_name": .string(className), "config": .map(options),
      "registered_name": .null,
    ]
  }
}

extension ConfigOption {
  /// A factor of a penalty: `l1` or `l2`.
  static func penalty(_ name: String, _ path: Path<Double>) -> Self {
    .option(
      name, .number(.atLeast(0)), path,
      name == "l1" ? "The factor of the elements' magnitudes." : "The factor of their squares.")
  }
}
