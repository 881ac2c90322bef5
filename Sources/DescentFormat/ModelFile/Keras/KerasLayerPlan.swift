/// A layer of Keras' as Descent has it.
struct KerasLayerPlan {
  /// One of the variables that Keras keeps of a layer.
  enum Variable {
    /// Our parameter of this name.
    case parameter(String)
    /// One number for all elements of our parameter of this name.
    case scalar(String)
    /// A number that only Keras needs, of shape ().
    case ignored(String)

    var name: String {
      switch self {
      case .parameter(let name), .scalar(let name), .ignored(let name): name
      }
    }
  }

  /// The layer as a config has it.
  var component: ConfigValue
  /// Keras' variables in its order.
  var variables: [Variable] = []
  /// Parameters whose values are in the config.
  var constants: [String: [Float]] = [:]
  /// The regularizer of what the layer puts out, where it has one.
  var activityRegularizer: ConfigValue?
}
