/// The gradient of an early layer is nothing beside that of a later one, in proportion to their weights.
enum VanishingGradients: DiagnosisRule {
  private static let share = 1e-4

  static func finding(in evidence: RunEvidence) -> Finding? {
    let layers = evidence.weights.filter { $0.norm > 0 }
    guard evidence.divergedStep == nil, layers.count >= 3,
      DeadUnits.finding(in: evidence) == nil,
      let strongest = layers.map({ $0.gradientNorm / $0.norm }).max(), strongest > 0
    else { return nil }
    let weak = layers.dropLast().filter { $0.gradientNorm / $0.norm < share * strongest }
    guard let first = weak.first else { return nil }
    return Finding(
      .vanishingGradients, "gradients vanish before they reach \(first.layer)",
      evidence: "relative to its weights its gradient is "
        + "\((first.gradientNorm / first.norm / strongest).inWords) of the strongest layer's; so "
        + "small in \(weak.count) of \(layers.count) layers",
      advice: "try relu with he_normal, batch_normalization, residual blocks or fewer layers")
  }
}
