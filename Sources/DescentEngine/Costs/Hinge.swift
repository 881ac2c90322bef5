/// ℓ = Σ_j max(1 − t_j·y_j, 0) / outputs: for yes-or-no targets, of which 0 counts as −1, and scores.
public struct Hinge: Cost {
  public static let kind = "hinge"
  public static let summary = "Σ max(1 − t·y, 0) / outputs, for yes-or-no targets and scores."

  public var insist = false

  public init() {}
  public init(options: ConfigOptions) {}

  public var fit: CostFit {
    CostFit(
      .signs, activations: [Linear.kind, Tanh.kind],
      reason: ": its outputs are scores on either side of 0, and no probabilities")
  }

  public func kerasLoss(_ form: TargetForm) -> ConfigValue { .string(Self.kind) }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    context.evaluate(.hinge, rows: rows)
  }
}

extension Cost where Self == Hinge {
  /// Σ max(1 − t·y, 0) / outputs, for yes-or-no targets and scores.
  public static var hinge: Hinge { Hinge() }
}
