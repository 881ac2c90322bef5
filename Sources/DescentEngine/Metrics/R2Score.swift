/// The coefficient of determination, 1 − Σ (t − y)² / Σ (t − mean t)², the mean over outputs.
public struct R2Score: EpochMetric, PlainComponent {
  public static let kind = "r2"
  public static let summary = "The share of the targets' variance that is predicted, from −∞ to 1."

  public init() {}

  public var biggerIsBetter: Bool { true }
  public func accepts(_ form: TargetForm) -> Bool { form == .values }
  public func kerasName(_ form: TargetForm) -> String? { "r2_score" }

  public func value(of epoch: EpochPredictions) -> Double {
    RegressionSums.explained(epoch) { $0.squaredErrors }
  }
}
