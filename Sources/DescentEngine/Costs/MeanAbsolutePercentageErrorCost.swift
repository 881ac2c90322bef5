/// ℓ = 100·Σ_j |t_j − y_j| / max(|t_j|, 10⁻⁷) / outputs: where the relative error counts.
public struct MeanAbsolutePercentageErrorCost: Cost {
  public static let kind = "mean_absolute_percentage_error"
  public static let summary =
    "100·Σ |(t − y) / t| / outputs, for targets other than 0 whose relative error counts."

  public var insist = false

  public init() {}
  public init(options: ConfigOptions) {}

  public var fit: CostFit { CostFit(.numbers, range: .notZero) }

  public func kerasLoss(_ form: TargetForm) -> ConfigValue { .string(Self.kind) }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    context.evaluate(.absolutePercentageError, rows: rows)
  }
}

extension Cost where Self == MeanAbsolutePercentageErrorCost {
  /// 100·Σ |(t − y) / t| / outputs, for targets other than 0 whose relative error counts.
  public static var meanAbsolutePercentageError: MeanAbsolutePercentageErrorCost {
    MeanAbsolutePercentageErrorCost()
  }
}
