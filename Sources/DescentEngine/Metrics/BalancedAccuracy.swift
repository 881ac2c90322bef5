/// The mean recall of the classes that have rows; over several labels, the mean of theirs.
public struct BalancedAccuracy: EpochMetric, PlainComponent {
  public static let kind = "balanced_accuracy"
  public static let summary = "The mean over classes of the share of each that is found."

  public init() {}

  public var biggerIsBetter: Bool { true }
  public func accepts(_ form: TargetForm) -> Bool { true }

  public func value(of epoch: EpochPredictions) -> Double {
    let matrices = epoch.confusions
    return matrices.reduce(0) { $0 + $1.balancedAccuracy } / Double(matrices.count)
  }
}
