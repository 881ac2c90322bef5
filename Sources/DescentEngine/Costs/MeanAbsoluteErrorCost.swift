/// ℓ = Σ_j |y_j − t_j| / outputs: for real-valued targets, outliers of which shall not count for more.
public struct MeanAbsoluteErrorCost: Cost {
  public static let kind = "mean_absolute_error"
  public static let summary = "Σ |y − t| / outputs, for real-valued targets with outliers."

  public var insist = false

  public init() {}
  public init(options: ConfigOptions) {}

  public var fit: CostFit { CostFit(.numbers) }

  public func kerasLoss(_ form: TargetForm) -> ConfigValue { .string(Self.kind) }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    context.evaluate(.absoluteError, rows: rows)
  }
}

extension Cost where Self == MeanAbsoluteErrorCost {
  /// Σ |y − t| / outputs, for real-valued targets with outliers.
  public static var meanAbsoluteError: MeanAbsoluteErrorCost { MeanAbsoluteErrorCost() }
}
