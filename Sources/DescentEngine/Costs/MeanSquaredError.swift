/// ℓ = Σ_j (y_j − t_j)² / outputs: for real-valued targets.
public struct MeanSquaredError: Cost {
  public static let kind = "mean_squared_error"
  public static let summary = "Σ (y − t)² / outputs, for real-valued targets."

  public var insist = false

  public init() {}
  public init(options: ConfigOptions) {}

  public var fit: CostFit { CostFit(.numbers) }

  public func kerasLoss(_ form: TargetForm) -> ConfigValue { .string(Self.kind) }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    context.evaluate(.squaredError, rows: rows)
  }
}

extension Cost where Self == MeanSquaredError {
  /// Σ (y − t)² / outputs, for real-valued targets.
  public static var meanSquaredError: MeanSquaredError { MeanSquaredError() }
}
