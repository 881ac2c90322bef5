/// ℓ = Σ_j (y_j − t_j·ln(y_j + 10⁻⁷)) / outputs: for counts t whose rate y is learnt.
public struct Poisson: KernelCost, PlainComponent {
  public static let kind = "poisson"
  public static let summary = "Σ (y − t·ln y) / outputs, for counts and outputs above 0."

  public var insist = false

  public init() {}

  public var fit: CostFit {
    CostFit(
      .numbers, range: .notNegative, activations: ["exponential", "softplus", ReLU.kind],
      reason: ": its outputs are rates, which are above 0")
  }

  public var kernel: KernelSet.ElementwiseCost { .poisson }
}

extension Cost where Self == Poisson {
  /// Σ (y − t·ln y) / outputs, for counts and outputs above 0.
  public static var poisson: Poisson { Poisson() }
}
