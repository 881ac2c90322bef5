import Kernels

/// Log loss, ℓ = Σ_j −(t_j·ln y_j + (1 − t_j)·ln(1 − y_j)) / outputs: for yes-or-no targets, one output
/// each.
///
/// With sigmoid outputs, or on logits, it is computed as max(z, 0) − z·t + ln(1 + e^−|z|), which is exact
/// where Keras clips.
public struct BinaryCrossEntropy: Cost {
  public static let kind = "binary_crossentropy"
  public static let summary = "Log loss, for yes-or-no targets and sigmoid outputs."
  public static let keys = [
    ConfigKey(
      "from_logits", .bool, default: false,
      "Whether the network puts out logits, its last activation being linear.")
  ]

  public let fromLogits: Bool

  public init(fromLogits: Bool = false) { self.fromLogits = fromLogits }
  public init(options: ConfigOptions) { fromLogits = options.bool("from_logits") }
  public var options: ConfigMap { ["from_logits": .bool(fromLogits)] }

  public func targetForm(for output: OutputDescription, targets: Dataset.Targets)
    throws(DescentError) -> TargetForm
  {
    try output.requireActivation(
      fromLogits ? [Linear.self] : [Sigmoid.self], cost: Self.kind, fromLogits: fromLogits)
    switch targets {
    case .classes(_, let names):
      guard names.count == 2 && output.count == 1 else {
        throw DescentError(
          .invalidInput,
          "the cost \(Self.kind) does not fit \(names.count) classes and \(output.count) outputs",
          at: "cost",
          advice: names.count == 2
            ? "end the network with one sigmoid unit"
            : "use \(CategoricalCrossEntropy.kind) and end the network with \(names.count) softmax units"
        )
      }
    case .values(let values, let names):
      try output.requireWidth(names.count, cost: Self.kind)
      if let index = values.firstIndex(where: { !(0...1).contains($0) }) {
        throw DescentError(
          .invalidInput,
          "the cost \(Self.kind) does not fit the target \(values[index]) of row \(index / names.count + 1)",
          at: "cost",
          advice: "its targets lie between 0 and 1; use \(MeanSquaredError.kind) for others")
      }
    }
    return .values
  }

  public func takesOver(_ activation: any Activation) -> Bool {
    !fromLogits && activation is Sigmoid
  }

  public func kerasLoss(_ form: TargetForm) -> ConfigValue {
    fromLogits
      ? ["class_name": "BinaryCrossentropy", "config": ["from_logits": true]]
      : .string(Self.kind)
  }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    guard let targets = context.targets.values else { return }
    let weights = context.targets.weights.map { UnsafePointer($0 + rows.lowerBound) }
    let prediction = context.prediction.rows(rows)
    if context.tookActivationOver || fromLogits {
      context.kernels.sigmoidCrossEntropy(
        prediction, targets: targets.rows(rows), weights: weights,
        probabilities: context.tookActivationOver, into: context.output(rows))
    } else {
      context.kernels.cost(
        .binaryCrossEntropy, prediction, targets: targets.rows(rows), weights: weights,
        into: context.output(rows))
    }
  }
}

extension Cost where Self == BinaryCrossEntropy {
  /// Log loss, for yes-or-no targets and sigmoid outputs.
  public static var binaryCrossEntropy: BinaryCrossEntropy { BinaryCrossEntropy() }
}
