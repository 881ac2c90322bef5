/// The area under the curve of true against false positives, ties counting half. Of more than two classes or
/// of several labels: the mean over each against the others. NaN where a class has no rows, or all.
public struct ROCAUC: EpochMetric, PlainComponent {
  public static let kind = "roc_auc"
  public static let summary = "The chance that a row of a class is ranked above one of another."

  public init() {}

  public var biggerIsBetter: Bool { true }
  public func accepts(_ form: TargetForm) -> Bool { true }

  public func value(of epoch: EpochPredictions) -> Double {
    let questions = epoch.questions
    return questions.reduce(0) { $0 + Self.area($1.scores, $1.truth) } / Double(questions.count)
  }

  private static func area(_ scores: [Float], _ truth: [Bool]) -> Double {
    var below = 0
    var pairs = 0.0
    var positives = 0
    RankedGroups.forEach(scores, truth) { yes, no in
      pairs += Double(yes) * (Double(below) + Double(no) / 2)
      below += no
      positives += yes
    }
    return pairs / (Double(positives) * Double(below))
  }
}
