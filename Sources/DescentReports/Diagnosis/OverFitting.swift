/// Validation gets worse while training gets better.
enum OverFitting: DiagnosisRule {
  static func finding(in evidence: RunEvidence) -> Finding? {
    let costs = evidence.costs
    guard evidence.divergedStep == nil, let held = evidence.validationCosts, held.count >= 5,
      let best = held.indices.min(by: { held[$0] < held[$1] }), best * 4 <= held.count * 3
    else { return nil }
    let tail = held.suffix(max(1, held.count / 10))
    let end = tail.reduce(0, +) / Double(tail.count)
    let rise = end - held[best]
    let jumps = zip(held[best...], held[best...].dropFirst()).map { abs($1 - $0) }.sorted()
    let jump = jumps.isEmpty ? 0 : jumps[jumps.count / 2]
    let gained = max(held[0], evidence.firstValidationCost ?? held[0]) - held[best]
    let isMuch =
      rise > 0.5 * abs(held[best]) && rise > 0.1 * gained
      || rise > 0.25 * gained && rise > 0.2 * abs(held[best])
    guard isMuch, rise > 2 * jump, costs[costs.count - 1] < 0.95 * costs[best] else { return nil }
    let kept =
      evidence.bestEpoch > 0 ? "best.h5 has the weights of epoch \(evidence.bestEpoch); " : ""
    return Finding(
      .overFitting, "the model over-fits from epoch \(best + 2) on",
      evidence: "after epoch \(best + 1) the validation cost rose from \(held[best].inWords) to "
        + "\(end.inWords) while the cost fell from \(costs[best].inWords) to "
        + "\(costs[costs.count - 1].inWords)",
      advice: kept + "try early_stopping, \(evidence.couldAugment ? "augmentation, " : "")dropout, "
        + "weight_decay, fewer units or more data")
  }
}
