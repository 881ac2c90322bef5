/// 1 − Var(t − y) / Var(t), the mean over outputs: r2 without regard to a constant error.
public struct ExplainedVariance: EpochMetric, PlainComponent {
  public static let kind = "explained_variance"
  public static let summary = "1 − the variance of the errors over that of the targets."

  public init() {}

  public var biggerIsBetter: Bool { true }
  public func accepts(_ form: TargetForm) -> Bool { form == .values }

  public func value(of epoch: EpochPredictions) -> Double {
    RegressionSums.explained(epoch) { $0.squaredErrors - $0.errors * $0.errors / $0.count }
  }
}
