import Kernels

/// No unit's incoming weights have a Euclidean norm above `max_value`.
public struct MaxNorm: Constraint {
  public static let kind = "max_norm"
  public static let summary = "No unit's incoming weights have a norm above max_value."
  public static let shorthand: String? = "max_value"
  public static let keys = [
    ConfigKey("max_value", .number(.atLeast(0)), default: 2, "The largest norm.")
  ]

  public let maxValue: Double

  public init(_ maxValue: Double = 2) {
    self.maxValue = maxValue
  }

  public init(options: ConfigOptions) { maxValue = options.number("max_value") }
  public var options: ConfigMap { ["max_value": .number(maxValue)] }
  public var keras: ConfigValue { keras("MaxNorm", options.merging(["axis": 0])) }

  public func apply(_ columns: Matrix, kernels: KernelSet) {
    kernels.constrainColumns(columns, smallest: 0, largest: Float(maxValue), share: 1)
  }
}
