/// f(z) = z, kept between −1 and 1.
public struct HardTanh: KernelActivation, PlainComponent {
  public static let kind = "hard_tanh"
  public static let summary = "f(z) = z, kept between −1 and 1."

  public init() {}

  public var kernel: KernelSet.Activation { .clip(scale: 1, offset: 0, low: -1, high: 1) }
}

extension Activation where Self == HardTanh {
  /// f(z) = z, kept between −1 and 1.
  public static var hardTanh: HardTanh { HardTanh() }
}
