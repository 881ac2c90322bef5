/// Normal.
public struct RandomNormal: ElementwiseInitializer, TabledComponent {
  public static let kind = "random_normal"
  public static let summary = "Normal."
  public static let table = ConfigTable(
    RandomNormal(),
    .option("mean", .number(), \.mean, "The mean."),
    .option("stddev", .number(.atLeast(0)), \.standardDeviation, "The standard deviation."))

  /// The mean.
  public private(set) var mean: Double
  /// The standard deviation.
  public private(set) var standardDeviation: Double

  public init(mean: Double = 0.0, standardDeviation: Double = 0.05) {
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  public var keras: ConfigValue { kerasObject("RandomNormal", options) }

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    Float(mean + standardDeviation * random.normal(UInt64(index)))
  }
}
