/// ℓ = Σ_j (y_j − t_j·ln(y_j + 10⁻⁷)) / outputs: for counts t whose rate y is learnt.
public struct Poisson: Cost {
  public static let kind = "poisson"
  public static let summary = "Σ (y − t·ln y) / outputs, for counts and outputs above 0."

  public var insist = false

  public init() {}
  public init(options: ConfigOptions) {}

  public var fit: CostFit {
    CostFit(
      .numbers, range: .notNegative, activations: ["exponential", "softplus", ReLU.kind],
      reason: ": its outputs are rates, which are above 0")
  }

  public func kerasLoss(_ form: TargetForm) -> ConfigValue { .string(Self.kind) }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    context.evaluate(.poisson, rows: rows)
  }
}

extension Cost where Self == Poisson {
  /// Σ (y − t·ln y) / outputs, for counts and outputs above 0.
  public static var poisson: Poisson { Poisson() }
}
