/// A class that training rows have is never given as an answer.
enum ClassNeverPredicted: DiagnosisRule {
  private static let leastRows = 5

  static func finding(in evidence: RunEvidence) -> Finding? {
    let missing = evidence.classes.filter { $0.predicted == 0 && $0.rows >= leastRows }
    guard let first = missing.first else { return nil }
    let names = missing.prefix(5).map(\.name).joined(separator: ", ")
    let more = missing.count > 5 ? " and \(missing.count - 5) more" : ""
    return Finding(
      .classNeverPredicted, "the model never predicts \(names)\(more)",
      evidence: "\(first.rows) of the training rows looked at are \(first.name), and none was "
        + "taken for it",
      advice: "try class_weights: balanced, more rows of it, or longer training")
  }
}
