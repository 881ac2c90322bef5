/// No element is negative.
public struct NonNegative: Constraint {
  public static let kind = "non_neg"
  public static let summary = "No element is negative."

  public init() {}
  public init(options: ConfigOptions) {}
  public var keras: ConfigValue { keras("NonNeg", [:]) }

  public func apply(_ columns: Matrix, kernels: KernelSet) { kernels.constrainSign(columns) }
}
