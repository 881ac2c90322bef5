/// ℓ = Σ_j ln cosh(y_j − t_j) / outputs: about half the squared error near the target, and the absolute error
/// less ln 2 far from it.
public struct LogCosh: KernelCost, PlainComponent {
  public static let kind = "log_cosh"
  public static let summary = "Σ ln cosh(y − t) / outputs, for real-valued targets with outliers."

  public var insist = false

  public init() {}

  public var fit: CostFit { CostFit(.numbers) }

  public var kernel: KernelSet.ElementwiseCost { .logCosh }
}

extension Cost where Self == LogCosh {
  /// Σ ln cosh(y − t) / outputs, for real-valued targets with outliers.
  public static var logCosh: LogCosh { LogCosh() }
}
