/// ℓ = Σ_j t_j·ln(t_j / y_j), both clipped to [10⁻⁷, 1]: for distributions over classes.
public struct KLDivergence: KernelCost, PlainComponent {
  public static let kind = "kl_divergence"
  public static let summary = "Σ t·ln(t / y), for distributions over classes and softmax outputs."

  public var insist = false

  public init() {}

  public var fit: CostFit {
    CostFit(
      .oneOfSeveral, activations: [Softmax.kind], reason: ": its outputs are no such probabilities")
  }

  public var kernel: KernelSet.ElementwiseCost { .divergence }
}

extension Cost where Self == KLDivergence {
  /// Σ t·ln(t / y), for distributions over classes and softmax outputs.
  public static var klDivergence: KLDivergence { KLDivergence() }
}
