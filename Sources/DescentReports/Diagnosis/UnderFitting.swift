/// Even on the rows that it was trained on the model is hardly better than a constant answer.
enum UnderFitting: DiagnosisRule {
  private static let leastSkill = 0.1

  static func finding(in evidence: RunEvidence) -> Finding? {
    guard let skill = evidence.skill, skill < leastSkill, evidence.costs.count >= 3,
      RateTooHigh.finding(in: evidence) == nil
    else { return nil }
    return Finding(
      .underFitting, "the model fits hardly any of the training data",
      evidence: "on rows that it was trained on it does \(max(0, skill).asShare) of what lies "
        + "between a constant answer and a perfect one",
      advice: "try more units or layers, less dropout or penalty, features that tell more, a "
        + "higher learning rate or longer training; see that targets belong to their rows")
  }
}
