/// No unit's incoming weights have a Euclidean norm above `max_value`.
public struct MaxNorm: Constraint, TabledComponent {
  public static let kind = "max_norm"
  public static let summary = "No unit's incoming weights have a norm above max_value."
  public static let shorthand: String? = "max_value"
  public static let table = ConfigTable(
    MaxNorm(),
    .option("max_value", .number(.atLeast(0)), \.maxValue, "The largest norm."))

  public private(set) var maxValue: Double

  public init(_ maxValue: Double = 2) {
    self.maxValue = maxValue
  }

  public var keras: ConfigValue { keras("MaxNorm", options.merging(["axis": 0])) }

  public func apply(_ columns: Matrix, kernels: KernelSet) {
    kernels.constrainColumns(columns, smallest: 0, largest: Float(maxValue), share: 1)
  }
}
