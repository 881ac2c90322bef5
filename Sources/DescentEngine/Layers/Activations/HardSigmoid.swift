/// f(z) = z/6 + 1/2, kept between 0 and 1.
public struct HardSigmoid: KernelActivation, PlainComponent {
  public static let kind = "hard_sigmoid"
  public static let summary = "f(z) = z/6 + 1/2, kept between 0 and 1."

  public init() {}

  public var kernel: KernelSet.Activation { .clip(scale: 1 / 6, offset: 0.5, low: 0, high: 1) }
}

extension Activation where Self == HardSigmoid {
  /// f(z) = z/6 + 1/2, kept between 0 and 1.
  public static var hardSigmoid: HardSigmoid { HardSigmoid() }
}
