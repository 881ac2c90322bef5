/// What a parameter is brought back to after every update.
///
/// To add one: conform in a file of its own and add the type to `Registries.constraints`.
public protocol Constraint: ConfigComponent {
  /// Changes columns of a parameter, all rows of them: a column holds a unit's incoming weights. Called from any
  /// thread for disjoint columns; what becomes of a column may depend on that column alone. Padding stays zero.
  func apply(_ columns: Matrix, kernels: KernelSet)
  /// The constraint in Keras' terms.
  var keras: ConfigValue { get }
}

extension Constraint {
  package func keras(_ className: String, _ config: ConfigMap) -> ConfigValue {
    [
      "module": "keras.constraints", "class_name": .string(className), "config": .map(config),
      "registered_name": .null,
    ]
  }
}
