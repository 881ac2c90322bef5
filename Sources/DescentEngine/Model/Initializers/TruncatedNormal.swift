/// Normal, drawn again beyond two standard deviations.
public struct TruncatedNormal: ElementwiseInitializer, TabledComponent {
  public static let kind = "truncated_normal"
  public static let summary = "Normal, drawn again beyond two standard deviations."
  public static let table = ConfigTable(
    TruncatedNormal(),
    .option("mean", .number(), \.mean, "The mean."),
    .option("stddev", .number(.atLeast(0)), \.standardDeviation, "The standard deviation."))

  /// The standard deviation of a standard normal number that is drawn again beyond ±2.
  static let shrinkage = 0.87962566103423978

  /// The mean.
  public private(set) var mean: Double
  /// The standard deviation.
  public private(set) var standardDeviation: Double

  public init(mean: Double = 0.0, standardDeviation: Double = 0.05) {
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  public var keras: ConfigValue { kerasObject("TruncatedNormal", options) }

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    Float(mean + standardDeviation * random.truncatedNormal(UInt64(index)))
  }
}
