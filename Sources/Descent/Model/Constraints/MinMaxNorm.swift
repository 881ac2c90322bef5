import Kernels

/// The Euclidean norm of each unit's incoming weights is brought between `min_value` and `max_value`.
public struct MinMaxNorm: Constraint {
  public static let kind = "min_max_norm"
  public static let summary =
    "The norm of each unit's incoming weights is brought between two bounds."
  public static let keys = [
    ConfigKey("min_value", .number(.atLeast(0)), default: 0, "The smallest norm."),
    ConfigKey("max_value", .number(.atLeast(0)), default: 1, "The largest norm."),
    ConfigKey(
      "rate", .number(.above(0, to: 1)), default: 1, "The share of the way taken in a step."),
  ]

  public let minValue: Double
  public let maxValue: Double
  public let rate: Double

  public init(minValue: Double = 0, maxValue: Double = 1, rate: Double = 1) {
    self.minValue = minValue
    self.maxValue = maxValue
    self.rate = rate
  }

  /// - Throws: where the smallest norm is above the largest.
  public init(options: ConfigOptions) throws(DescentError) {
    minValue = options.number("min_value")
    maxValue = options.number("max_value")
    rate = options.number("rate")
    guard minValue <= maxValue else {
      throw options.error(
        "min_value", "is above max_value", advice: "it is \(maxValue) at most")
    }
  }

  public var options: ConfigMap {
    ["min_value": .number(minValue), "max_value": .number(maxValue), "rate": .number(rate)]
  }
  public var keras: ConfigValue { keras("MinMaxNorm", options.merging(["axis": 0])) }

  public func apply(_ columns: Matrix, kernels: KernelSet) {
    kernels.constrainColumns(
      columns, smallest: Float(minValue), largest: Float(maxValue), share: Float(rate))
  }
}
