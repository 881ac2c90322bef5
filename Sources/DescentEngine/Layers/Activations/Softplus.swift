/// f(z) = ln(1 + e^z).
public struct Softplus: KernelActivation, PlainComponent {
  public static let kind = "softplus"
  public static let summary = "f(z) = ln(1 + e^z)."

  public init() {}

  public var kernel: KernelSet.Activation { .softplus }
}

extension Activation where Self == Softplus {
  /// f(z) = ln(1 + e^z).
  public static var softplus: Softplus { Softplus() }
}
