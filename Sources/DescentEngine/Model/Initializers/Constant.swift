/// The same value everywhere.
public struct Constant: ElementwiseInitializer, TabledComponent {
  public static let kind = "constant"
  public static let summary = "The same value everywhere."
  public static let shorthand: String? = "value"
  public static let table = ConfigTable(
    Constant(),
    .option("value", .number(), \.value, "The value."))

  /// The value.
  public private(set) var value: Double

  public init(value: Double = 0.0) {
    self.value = value
  }

  public var keras: ConfigValue { kerasObject("Constant", options) }

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    Float(value)
  }
}
