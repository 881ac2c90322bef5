/// f(z)_j = e^z_j / Σ_k e^z_k, for the probabilities of classes.
public struct Softmax: KernelActivation, PlainComponent {
  public static let kind = "softmax"
  public static let summary = "f(z)_j = e^z_j / Σ_k e^z_k, for the probabilities of classes."

  public init() {}

  public var kernel: KernelSet.Activation { .softmax }
}

extension Activation where Self == Softmax {
  /// f(z)_j = e^z_j / Σ_k e^z_k, for the probabilities of classes.
  public static var softmax: Softmax { Softmax() }
}
