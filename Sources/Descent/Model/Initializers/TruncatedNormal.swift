/// Normal, drawn again beyond two standard deviations.
public struct TruncatedNormal: ElementwiseInitializer {
  public static let kind = "truncated_normal"
  public static let summary = "Normal, drawn again beyond two standard deviations."
  public static let keys = [
    ConfigKey("mean", .number(), default: 0.0, "The mean."),
    ConfigKey("stddev", .number(.atLeast(0)), default: 0.05, "The standard deviation."),
  ]

  /// The standard deviation of a standard normal number that is drawn again beyond ±2.
  static let shrinkage = 0.87962566103423978

  /// The mean.
  public let mean: Double
  /// The standard deviation.
  public let standardDeviation: Double

  public init(mean: Double = 0.0, standardDeviation: Double = 0.05) {
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  public init(options: ConfigOptions) {
    mean = options.number("mean")
    standardDeviation = options.number("stddev")
  }

  public var options: ConfigMap { ["mean": .number(mean), "stddev": .number(standardDeviation)] }
  public var keras: ConfigValue { kerasObject("TruncatedNormal", options) }

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    Float(mean + standardDeviation * random.truncatedNormal(UInt64(index)))
  }
}
