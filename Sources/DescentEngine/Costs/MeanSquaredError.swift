/// ℓ = Σ_j (y_j − t_j)² / outputs: for real-valued targets.
public struct MeanSquaredError: KernelCost, PlainComponent {
  public static let kind = "mean_squared_error"
  public static let summary = "Σ (y − t)² / outputs, for real-valued targets."

  public var insist = false

  public init() {}

  public var fit: CostFit { CostFit(.numbers) }

  public var kernel: KernelSet.ElementwiseCost { .squaredError }
}

extension Cost where Self == MeanSquaredError {
  /// Σ (y − t)² / outputs, for real-valued targets.
  public static var meanSquaredError: MeanSquaredError { MeanSquaredError() }
}
