/// f(z) = e^z.
public struct Exponential: KernelActivation, PlainComponent {
  public static let kind = "exponential"
  public static let summary = "f(z) = e^z."

  public init() {}

  public var kernel: KernelSet.Activation { .exponential }
}

extension Activation where Self == Exponential {
  /// f(z) = e^z.
  public static var exponential: Exponential { Exponential() }
}
