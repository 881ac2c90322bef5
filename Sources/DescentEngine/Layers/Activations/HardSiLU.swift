/// f(z) = z·h(z) with the hard sigmoid h, also called hard swish.
public struct HardSiLU: KernelActivation, PlainComponent {
  public static let kind = "hard_silu"
  public static let aliases = ["hard_swish"]
  public static let summary = "f(z) = z·h(z) with the hard sigmoid h, also called hard swish."

  public init() {}

  public var kernel: KernelSet.Activation { .hardSilu }
}

extension Activation where Self == HardSiLU {
  /// f(z) = z·h(z) with the hard sigmoid h, also called hard swish.
  public static var hardSiLU: HardSiLU { HardSiLU() }
}
