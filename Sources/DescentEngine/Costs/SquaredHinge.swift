/// ℓ = Σ_j max(1 − t_j·y_j, 0)² / outputs: for yes-or-no targets, of which 0 counts as −1, and scores.
public struct SquaredHinge: KernelCost, PlainComponent {
  public static let kind = "squared_hinge"
  public static let summary = "Σ max(1 − t·y, 0)² / outputs, for yes-or-no targets and scores."

  public var insist = false

  public init() {}

  public var fit: CostFit {
    CostFit(
      .signs, activations: [Linear.kind, Tanh.kind],
      reason: ": its outputs are scores on either side of 0, and no probabilities")
  }

  public var kernel: KernelSet.ElementwiseCost { .squaredHinge }
}

extension Cost where Self == SquaredHinge {
  /// Σ max(1 − t·y, 0)² / outputs, for yes-or-no targets and scores.
  public static var squaredHinge: SquaredHinge { SquaredHinge() }
}
