/// At the end the cost still falls as steadily as before, with a rate that has not been brought down.
enum RateTooLow: DiagnosisRule {
  static func finding(in evidence: RunEvidence) -> Finding? {
    let rates = evidence.history.epochs.map(\.learningRate)
    let costs = evidence.costs
    guard evidence.divergedStep == nil, costs.count >= 4, let first = evidence.firstCost,
      let last = rates.last, let highest = rates.max(), last > highest / 2
    else { return nil }
    let quarter = max(2, costs.count / 4)
    let held = evidence.validationCosts.map { ($0, evidence.firstValidationCost ?? $0[0]) }
    for (series, first) in [(costs, first), held ?? (costs, first)] {
      let tail = series.suffix(quarter + 1)
      guard let before = tail.first, let end = tail.last else { return nil }
      // Where the run began with another's weights, the first mini-batches may happen to cost less than the rows on the
      // whole.
      let first = first > end ? first : series[0]
      let falls = zip(tail, tail.dropFirst()).count { $1 < $0 }
      // What is left says nothing where hardly anything is gained yet: there a quarter that brings its share does.
      let isMuch = before - end > 0.02 * abs(end) || before - end > 0.1 * (first - end)
      guard isMuch, before - end > 0.04 * (first - end), first > end, falls * 10 >= quarter * 6
      else { return nil }
    }
    let measured = evidence.validationCosts == nil ? "cost" : "validation cost"
    let series = evidence.validationCosts ?? costs
    let before = series[series.count - 1 - quarter]
    let end = series[series.count - 1]
    return Finding(
      .rateTooLow,
      "training was not at its end: the learning rate of \(evidence.learningRate.inWords) may be "
        + "too low, or the epochs too few",
      evidence: "the \(measured) still fell steadily in the last \(quarter) epochs, from "
        + "\(before.inWords) to \(end.inWords)",
      advice: "try a higher learning rate (descent find-rate), or go on with descent resume")
  }
}
