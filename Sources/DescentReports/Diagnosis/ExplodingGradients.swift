/// A small relative change of a layer's weights would change the cost many times over, or the gradient grew and
/// grew.
enum ExplodingGradients: DiagnosisRule {
  private static let mostElasticity = 1e3
  private static let mostGrowth = 100.0

  static func finding(in evidence: RunEvidence) -> Finding? {
    let advice =
      "try global_clip_norm: 1, scaled inputs and targets, smaller first weights or "
      + "batch_normalization"
    if evidence.cost > 0, evidence.divergedStep == nil {
      let worst = evidence.weights.map { ($0.layer, $0.gradientNorm * $0.norm / evidence.cost) }
        .max { $0.1 < $1.1 }
      // A cost of nearly nothing is no measure.
      if let (layer, elasticity) = worst, elasticity > mostElasticity,
        evidence.cost > 1e-3 * abs(evidence.firstCost ?? 0)
      {
        return Finding(
          .explodingGradients, "gradients explode in \(layer)",
          evidence: "‖gradient‖·‖weights‖ is \(elasticity.inWords) times the cost there",
          advice: advice)
      }
    }
    let norms = evidence.history.epochs.map(\.gradientNorm)
    var least = Double.infinity
    for (index, norm) in norms.enumerated() {
      if norm > mostGrowth * least {
        return Finding(
          .explodingGradients, "gradients explode from epoch \(index + 1) on",
          evidence: "their norm grew from \(least.inWords) to \(norm.inWords)", advice: advice)
      }
      least = min(least, max(norm, 1e-3 * (norms.first ?? 0)))
    }
    return nil
  }
}
