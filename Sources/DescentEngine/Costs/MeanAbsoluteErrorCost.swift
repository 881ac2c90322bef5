/// ℓ = Σ_j |y_j − t_j| / outputs: for real-valued targets, outliers of which shall not count for more.
public struct MeanAbsoluteErrorCost: KernelCost, PlainComponent {
  public static let kind = "mean_absolute_error"
  public static let summary = "Σ |y − t| / outputs, for real-valued targets with outliers."

  public var insist = false

  public init() {}

  public var fit: CostFit { CostFit(.numbers) }

  public var kernel: KernelSet.ElementwiseCost { .absoluteError }
}

extension Cost where Self == MeanAbsoluteErrorCost {
  /// Σ |y − t| / outputs, for real-valued targets with outliers.
  public static var meanAbsoluteError: MeanAbsoluteErrorCost { MeanAbsoluteErrorCost() }
}
