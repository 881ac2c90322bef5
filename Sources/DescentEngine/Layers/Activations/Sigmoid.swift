/// f(z) = 1 / (1 + e^−z), for the probability of yes.
public struct Sigmoid: KernelActivation, PlainComponent {
  public static let kind = "sigmoid"
  public static let summary = "f(z) = 1 / (1 + e^−z), for the probability of yes."

  public init() {}

  public var kernel: KernelSet.Activation { .sigmoid }
}

extension Activation where Self == Sigmoid {
  /// f(z) = 1 / (1 + e^−z), for the probability of yes.
  public static var sigmoid: Sigmoid { Sigmoid() }
}
