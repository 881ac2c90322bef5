/// The Euclidean norm of each unit's incoming weights is brought between `min_value` and `max_value`.
public struct MinMaxNorm: Constraint, TabledComponent {
  public static let kind = "min_max_norm"
  public static let summary =
    "The norm of each unit's incoming weights is brought between two bounds."
  public static let table = ConfigTable(
    MinMaxNorm(),
    .option("min_value", .number(.atLeast(0)), \.minValue, "The smallest norm."),
    .option("max_value", .number(.atLeast(0)), \.maxValue, "The largest norm."),
    .option("rate", .number(.above(0, to: 1)), \.rate, "The share of the way taken in a step."),
    check: { norm, options throws(DescentError) in
      guard norm.minValue > norm.maxValue else { return }
      throw options.error(
        "min_value", "is above max_value", advice: "it is \(norm.maxValue) at most")
    })

  public private(set) var minValue: Double
  public private(set) var maxValue: Double
  public private(set) var rate: Double

  public init(minValue: Double = 0, maxValue: Double = 1, rate: Double = 1) {
    self.minValue = minValue
    self.maxValue = maxValue
    self.rate = rate
  }

  public var keras: ConfigValue { keras("MinMaxNorm", options.merging(["axis": 0])) }

  public func apply(_ columns: Matrix, kernels: KernelSet) {
    kernels.constrainColumns(
      columns, smallest: Float(minValue), largest: Float(maxValue), share: Float(rate))
  }
}
