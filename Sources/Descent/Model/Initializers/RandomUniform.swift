/// Uniform between two bounds.
public struct RandomUniform: ElementwiseInitializer {
  public static let kind = "random_uniform"
  public static let summary = "Uniform between two bounds."
  public static let keys = [
    ConfigKey("minval", .number(), default: -0.05, "The lower bound."),
    ConfigKey("maxval", .number(), default: 0.05, "The upper bound."),
  ]

  /// The lower bound.
  public let lower: Double
  /// The upper bound.
  public let upper: Double

  public init(lower: Double = -0.05, upper: Double = 0.05) {
    self.lower = lower
    self.upper = upper
  }

  public init(options: ConfigOptions) {
    lower = options.number("minval")
    upper = options.number("maxval")
  }

  public var options: ConfigMap { ["minval": .number(lower), "maxval": .number(upper)] }
  public var keras: ConfigValue { kerasObject("RandomUniform", options) }

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    Float(lower + (upper - lower) * random.uniform(UInt64(index)))
  }
}
