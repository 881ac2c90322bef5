/// f(z) = z·tanh(ln(1 + e^z)).
public struct Mish: KernelActivation, PlainComponent {
  public static let kind = "mish"
  public static let summary = "f(z) = z·tanh(ln(1 + e^z))."

  public init() {}

  public var kernel: KernelSet.Activation { .mish }
}

extension Activation where Self == Mish {
  /// f(z) = z·tanh(ln(1 + e^z)).
  public static var mish: Mish { Mish() }
}
