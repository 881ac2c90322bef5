/// The cost runs away, or jumps up and down by amounts of the order of all that was gained.
enum RateTooHigh: DiagnosisRule {
  static func finding(in evidence: RunEvidence) -> Finding? {
    let rate = evidence.learningRate.inWords
    let advice =
      "try a learning rate of \((evidence.learningRate / 10).inWords), or descent find-rate"
    if let step = evidence.divergedStep {
      // Nothing had been learnt yet at whatever rate.
      guard step > 1 else { return nil }
      return Finding(
        .rateTooHigh, "the learning rate of \(rate) is likely too high: training diverged",
        evidence: "the cost was no longer a number in step \(step)", advice: advice)
    }
    let costs = evidence.costs
    guard let first = evidence.firstCost, costs.count >= 3, let least = costs.min(),
      let largest = costs.max()
    else { return nil }
    if largest > 2 * first, first > 0 {
      return Finding(
        .rateTooHigh, "the learning rate of \(rate) is likely too high: the cost went far up",
        evidence: "it began at \(first.inWords), and an epoch had \(largest.inWords)",
        advice: advice)
    }
    // The three largest rises: all of them add up in a long run, however small they are.
    let path = [first] + costs
    let rises = zip(path, path.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }
    let total = rises.sorted().suffix(3).reduce(0, +)
    guard rises.count >= 3, total > max((first - least) / 2, abs(first) / 10) else { return nil }
    return Finding(
      .rateTooHigh, "the learning rate of \(rate) is likely too high: the cost goes up and down",
      evidence: "it rose in \(rises.count) of \(costs.count) epochs, in three of them by "
        + "\(total.inWords), and fell by \((first - least).inWords) at best",
      advice: advice)
  }
}
