/// The options that cross-entropies have in common.
enum EntropyKeys {
  static let fromLogits = ConfigKey(
    "from_logits", .bool, default: false,
    "Whether the network puts out logits, its last activation being linear.")

  static func labelSmoothing(towards mean: String) -> ConfigKey {
    ConfigKey(
      "label_smoothing", .number(.from(0, below: 1)), default: 0.0,
      "The share of every target that is replaced by \(mean).")
  }

  static let gamma = ConfigKey(
    "gamma", .number(.atLeast(0)), default: 2.0,
    "How much less rows count that are right already; with 0 all count alike.")
}

extension CostFit {
  /// The fit of a cost of probabilities, which has the option `from_logits`.
  static func probabilities(
    _ targets: Targets, of activation: String, fromLogits: Bool, takesClassNumbers: Bool = false
  ) -> CostFit {
    CostFit(
      targets, activations: [fromLogits ? Linear.kind : activation],
      reason: ": its outputs are no such probabilities", fromLogits: fromLogits,
      takesClassNumbers: takesClassNumbers)
  }
}
