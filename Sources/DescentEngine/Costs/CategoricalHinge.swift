/// ℓ = max(max_j (1 − t_j)·y_j − Σ_j t_j·y_j + 1, 0): for one class of several and scores.
public struct CategoricalHinge: KernelCost, PlainComponent {
  public static let kind = "categorical_hinge"
  public static let summary =
    "max(largest wrong score − right score + 1, 0), for one class of several and scores."

  public var insist = false

  public init() {}

  public var fit: CostFit {
    CostFit(
      .oneOfSeveral, activations: [Linear.kind, Tanh.kind],
      reason: ": its outputs are scores, and no probabilities", areScores: true)
  }

  public var kernel: KernelSet.ElementwiseCost { .categoricalHinge }
}

extension Cost where Self == CategoricalHinge {
  /// max(largest wrong score − right score + 1, 0), for one class of several and scores.
  public static var categoricalHinge: CategoricalHinge { CategoricalHinge() }
}
