/// ℓ = Σ_j (ln(1 + y_j) − ln(1 + t_j))² / outputs, y and t being at least 10⁻⁷: for targets of 0 or more that
/// span orders of magnitude.
public struct MeanSquaredLogarithmicErrorCost: KernelCost, PlainComponent {
  public static let kind = "mean_squared_logarithmic_error"
  public static let summary =
    "Σ (ln(1 + y) − ln(1 + t))² / outputs, for targets of 0 or more that span magnitudes."

  public var insist = false

  public init() {}

  public var fit: CostFit { CostFit(.numbers, range: .notNegative) }

  public var kernel: KernelSet.ElementwiseCost { .squaredLogarithmicError }
}

extension Cost where Self == MeanSquaredLogarithmicErrorCost {
  /// Σ (ln(1 + y) − ln(1 + t))² / outputs, for targets of 0 or more that span magnitudes.
  public static var meanSquaredLogarithmicError: MeanSquaredLogarithmicErrorCost {
    MeanSquaredLogarithmicErrorCost()
  }
}
