/// An optimizer in Keras' terms.
public struct KerasOptimizer: Sendable {
  /// Keras' class: "Adam".
  public var className: String
  /// Its config, learning rate included.
  public var config: ConfigMap

  public init(_ className: String, _ config: ConfigMap) {
    self.className = className
    self.config = config
  }
}
