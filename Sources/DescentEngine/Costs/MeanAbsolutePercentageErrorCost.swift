/// ℓ = 100·Σ_j |t_j − y_j| / max(|t_j|, 10⁻⁷) / outputs: where the relative error counts.
public struct MeanAbsolutePercentageErrorCost: KernelCost, PlainComponent {
  public static let kind = "mean_absolute_percentage_error"
  public static let summary =
    "100·Σ |(t − y) / t| / outputs, for targets other than 0 whose relative error counts."

  public var insist = false

  public init() {}

  public var fit: CostFit { CostFit(.numbers, range: .notZero) }

  public var kernel: KernelSet.ElementwiseCost { .absolutePercentageError }
}

extension Cost where Self == MeanAbsolutePercentageErrorCost {
  /// 100·Σ |(t − y) / t| / outputs, for targets other than 0 whose relative error counts.
  public static var meanAbsolutePercentageError: MeanAbsolutePercentageErrorCost {
    MeanAbsolutePercentageErrorCost()
  }
}
