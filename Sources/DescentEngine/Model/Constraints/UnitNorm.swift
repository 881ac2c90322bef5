/// Each unit's incoming weights have a Euclidean norm of 1.
public struct UnitNorm: Constraint, PlainComponent {
  public static let kind = "unit_norm"
  public static let summary = "Each unit's incoming weights have a norm of 1."

  public init() {}
  public var keras: ConfigValue { keras("UnitNorm", ["axis": 0]) }

  public func apply(_ columns: Matrix, kernels: KernelSet) {
    kernels.constrainColumns(columns, smallest: 1, largest: 1, share: 1)
  }
}
