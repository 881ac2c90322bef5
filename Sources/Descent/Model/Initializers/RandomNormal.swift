/// Normal.
public struct RandomNormal: ElementwiseInitializer {
  public static let kind = "random_normal"
  public static let summary = "Normal."
  public static let keys = [
    ConfigKey("mean", .number(), default: 0.0, "The mean."),
    ConfigKey("stddev", .number(.atLeast(0)), default: 0.05, "The standard deviation."),
  ]

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
  public var keras: ConfigValue { kerasObject("RandomNormal", options) }

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    Float(mean + standardDeviation * random.normal(UInt64(index)))
  }
}
