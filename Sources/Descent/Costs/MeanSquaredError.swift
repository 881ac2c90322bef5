import Kernels

/// ℓ = Σ_j (y_j − t_j)² / outputs: for real-valued targets.
public struct MeanSquaredError: Cost {
  public static let kind = "mean_squared_error"
  public static let summary = "Σ (y − t)² / outputs, for real-valued targets."
  public static let keys: [ConfigKey] = []

  public init() {}
  public init(options: ConfigOptions) {}
  public var options: ConfigMap { [:] }

  public func targetForm(for output: OutputDescription, targets: Dataset.Targets)
    throws(DescentError) -> TargetForm
  {
    guard case .values(_, let names) = targets else {
      throw DescentError(
        .invalidInput, "the cost \(Self.kind) does not fit class targets",
        at: "cost",
        advice:
          "use \(output.count == 1 ? BinaryCrossEntropy.kind : CategoricalCrossEntropy.kind): "
          + "squared distance between class numbers means nothing")
    }
    try output.requireWidth(names.count, cost: Self.kind)
    return .values
  }

  public func takesOver(_ activation: any Activation) -> Bool { false }

  public func kerasLoss(_ form: TargetForm) -> ConfigValue { .string(Self.kind) }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    guard let targets = context.targets.values else { return }
    context.kernels.cost(
      .squaredError, context.prediction.rows(rows), targets: targets.rows(rows),
      weights: context.targets.weights.map { UnsafePointer($0 + rows.lowerBound) },
      into: context.output(rows))
  }
}

extension Cost where Self == MeanSquaredError {
  /// Σ (y − t)² / outputs, for real-valued targets.
  public static var meanSquaredError: MeanSquaredError { MeanSquaredError() }
}
