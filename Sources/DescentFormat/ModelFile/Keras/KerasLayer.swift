/// A layer in Keras' terms.
public struct KerasLayer: Sendable {
  /// Keras' class: "Dense".
  public var className: String
  /// Its config, without the name.
  public var config: ConfigMap
  /// Integer variables that Keras' layer has after ours: `count` of Normalization.
  public var constants: [(name: String, value: Int32)]

  public init(
    _ className: String, _ config: ConfigMap = [:], constants: [(name: String, value: Int32)] = []
  ) {
    self.className = className
    self.config = config
    self.constants = constants
  }
}
