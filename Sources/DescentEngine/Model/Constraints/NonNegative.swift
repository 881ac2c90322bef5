/// No element is negative.
public struct NonNegative: Constraint, PlainComponent {
  public static let kind = "non_neg"
  public static let summary = "No element is negative."

  public init() {}
  public var keras: ConfigValue { keras("NonNeg", [:]) }

  public func apply(_ columns: Matrix, kernels: KernelSet) { kernels.constrainSign(columns) }
}
