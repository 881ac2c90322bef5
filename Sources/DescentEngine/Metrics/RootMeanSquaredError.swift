/// The root of the mean squared error over the epoch, the mean over outputs.
public struct RootMeanSquaredError: EpochMetric, PlainComponent {
  public static let kind = "root_mean_squared_error"
  public static let summary = "√(Σ (y − t)² / rows), the mean over outputs."

  public init() {}

  public var biggerIsBetter: Bool { false }
  public func accepts(_ form: TargetForm) -> Bool { form == .values }
  public func kerasName(_ form: TargetForm) -> String? { "root_mean_squared_error" }

  public func value(of epoch: EpochPredictions) -> Double {
    let sums = RegressionSums.of(epoch)
    return sums.reduce(0) { $0 + ($1.squaredErrors / $1.count).squareRoot() } / Double(sums.count)
  }
}
