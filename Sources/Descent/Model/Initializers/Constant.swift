/// The same value everywhere.
public struct Constant: ElementwiseInitializer {
  public static let kind = "constant"
  public static let summary = "The same value everywhere."
  public static let shorthand: String? = "value"
  public static let keys = [
    ConfigKey("value", .number(), default: 0.0, "The value.")
  ]

  /// The value.
  public let value: Double

  public init(value: Double = 0.0) {
    self.value = value
  }

  public init(options: ConfigOptions) {
    value = options.number("value")
  }

  public var options: ConfigMap { ["value": .number(value)] }
  public var keras: ConfigValue { kerasObject("Constant", options) }

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    Float(value)
  }
}
