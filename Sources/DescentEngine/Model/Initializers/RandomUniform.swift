/// Uniform between two bounds.
public struct RandomUniform: ElementwiseInitializer, TabledComponent {
  public static let kind = "random_uniform"
  public static let summary = "Uniform between two bounds."
  public static let table = ConfigTable(
    RandomUniform(),
    .option("minval", .number(), \.lower, "The lower bound."),
    .option("maxval", .number(), \.upper, "The upper bound."))

  /// The lower bound.
  public private(set) var lower: Double
  /// The upper bound.
  public private(set) var upper: Double

  public init(lower: Double = -0.05, upper: Double = 0.05) {
    self.lower = lower
    self.upper = upper
  }

  public var keras: ConfigValue { kerasObject("RandomUniform", options) }

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    Float(lower + (upper - lower) * random.uniform(UInt64(index)))
  }
}
