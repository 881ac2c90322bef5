/// f(z) = z, kept between 0 and 6.
public struct ReLU6: KernelActivation, PlainComponent {
  public static let kind = "relu6"
  public static let summary = "f(z) = z, kept between 0 and 6."

  public init() {}

  public var kernel: KernelSet.Activation { .clip(scale: 1, offset: 0, low: 0, high: 6) }
}

extension Activation where Self == ReLU6 {
  /// f(z) = z, kept between 0 and 6.
  public static var relu6: ReLU6 { ReLU6() }
}
