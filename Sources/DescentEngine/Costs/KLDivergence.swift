/// ℓ = Σ_j t_j·ln(t_j / y_j), both clipped to [10⁻⁷, 1]: for distributions over classes.
public struct KLDivergence: Cost {
  public static let kind = "kl_divergence"
  public static let summary = "Σ t·ln(t / y), for distributions over classes and softmax outputs."

  public var insist = false

  public init() {}
  public init(options: ConfigOptions) {}

  public var fit: CostFit {
    CostFit(
      .oneOfSeveral, activations: [Softmax.kind], reason: ": its outputs are no such probabilities")
  }

  public func kerasLoss(_ form: TargetForm) -> ConfigValue { .string(Self.kind) }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    context.evaluate(.divergence, rows: rows)
  }
}

extension Cost where Self == KLDivergence {
  /// Σ t·ln(t / y), for distributions over classes and softmax outputs.
  public static var klDivergence: KLDivergence { KLDivergence() }
}
