/// f(z) = z.
public struct Linear: Activation, PlainComponent {
  public static let kind = "linear"
  public static let summary = "f(z) = z."

  public init() {}

  public func apply(_ y: Matrix, kernels: KernelSet) {}
  public func differentiate(_ d: Matrix, output y: Matrix, kernels: KernelSet) {}
  public var isElementwise: Bool { true }
  public var isIdentity: Bool { true }
}

extension Activation where Self == Linear {
  /// f(z) = z.
  public static var linear: Linear { Linear() }
}
