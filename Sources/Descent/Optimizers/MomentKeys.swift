/// The keys that Adam and its relatives share.
enum MomentKeys {
  static let beta1 = decay("beta_1", default: 0.9, "The decay of the gradient's mean.")

  /// - Parameter what: what decays.
  static func beta2(_ what: String = "the square's mean") -> ConfigKey {
    decay("beta_2", default: 0.999, "The decay of \(what).")
  }

  static func epsilon(_ meaning: String = "Added to the root of the square's mean.") -> ConfigKey {
    ConfigKey("epsilon", .number(.above(0)), default: 1e-7, meaning)
  }

  static let amsgrad = ConfigKey(
    "amsgrad", .bool, default: false,
    "Whether the largest mean square so far takes the mean square's place.")

  private static func decay(_ name: String, default value: ConfigValue, _ meaning: String)
    -> ConfigKey
  {
    ConfigKey(name, .number(.from(0, below: 1)), default: value, meaning)
  }
}
