/// Validation rows, which the model has never seen, come out far better than those it was trained on.
enum LeakageSuspected: DiagnosisRule {
  static func finding(in evidence: RunEvidence) -> Finding? {
    guard let training = evidence.training, let validation = evidence.validation,
      validation.mean < 0.5 * training.mean
    else { return nil }
    let error =
      (training.error * training.error + validation.error * validation.error).squareRoot()
    guard training.mean - validation.mean > 5 * error else { return nil }
    return Finding(
      .leakageSuspected, "validation is suspiciously easy: the split may leak, or differ",
      evidence: "without dropout the cost is \(validation.mean.inWords) on validation rows and "
        + "\(training.mean.inWords) on training rows",
      advice: "see where validation rows come from: a column that gives the target away there, "
        + "rows that are copies, or an easier part of the data")
  }
}
