/// Σ (Rₙ − Rₙ₋₁)·Pₙ over the thresholds: the area under precision against recall, without interpolation. Of more
/// than two classes or of several labels: the mean over each against the others. NaN where a class has no rows: there is
/// nothing to be found then. (Keras and scikit-learn, which warns, put 0 there.)
public struct AveragePrecision: EpochMetric, PlainComponent {
  public static let kind = "pr_auc"
  public static let summary = "The mean precision over all thresholds (average precision)."

  public init() {}

  public var biggerIsBetter: Bool { true }
  public func accepts(_ form: TargetForm) -> Bool { true }

  public func value(of epoch: EpochPredictions) -> Double {
    let questions = epoch.questions
    return questions.reduce(0) { $0 + Self.area($1.scores, $1.truth) } / Double(questions.count)
  }

  private static func area(_ scores: [Float], _ truth: [Bool]) -> Double {
    let positives = truth.reduce(0) { $0 + ($1 ? 1 : 0) }
    guard positives > 0 else { return .nan }
    var found = positives
    var taken = truth.count
    var area = 0.0
    // Upwards: each group leaves those at and above its threshold.
    RankedGroups.forEach(scores, truth) { yes, no in
      area += Double(yes) / Double(positives) * (Double(found) / Double(taken))
      found -= yes
      taken -= yes + no
    }
    return area
  }
}
