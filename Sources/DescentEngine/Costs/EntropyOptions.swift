/// Options that several costs of probabilities share.
extension ConfigOption {
  static func fromLogits(_ path: Path<Bool>) -> Self {
    .option(
      "from_logits", .bool, path,
      "Whether the network puts out logits, its last activation being linear.")
  }

  static func labelSmoothing(_ path: Path<Double>, towards mean: String) -> Self {
    .option(
      "label_smoothing", .number(.from(0, below: 1)), path,
      "The share of every target that is replaced by \(mean).")
  }

  static func gamma(_ path: Path<Double>) -> Self {
    .option(
      "gamma", .number(.atLeast(0)), path,
      "How much less rows count that are right already; with 0 all count alike.")
  }
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
