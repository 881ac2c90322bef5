/// Many units of a rectified layer give 0 for every row: no gradient reaches their weights any more.
enum DeadUnits: DiagnosisRule {
  private static let share = 0.5

  static func finding(in evidence: RunEvidence) -> Finding? {
    let bad = evidence.units.filter { Double($0.dead) > share * Double($0.count) }
    guard evidence.divergedStep == nil,
      let worst = bad.max(by: { $0.dead * $1.count < $1.dead * $0.count })
    else { return nil }
    return Finding(
      .deadUnits, "most units of \(bad.map(\.layer).joined(separator: ", ")) are dead",
      evidence: "\(worst.dead) of the \(worst.count) units of \(worst.layer) give 0 for every row",
      advice: "try a lower learning rate, he_normal as kernel_initializer, or leaky_relu")
  }
}
