/// f(z) = z / (1 + e^−z), also called swish.
public struct SiLU: KernelActivation, PlainComponent {
  public static let kind = "silu"
  public static let aliases = ["swish"]
  public static let summary = "f(z) = z / (1 + e^−z), also called swish."

  public init() {}

  public var kernel: KernelSet.Activation { .silu }
}

extension Activation where Self == SiLU {
  /// f(z) = z / (1 + e^−z), also called swish.
  public static var silu: SiLU { SiLU() }
}
