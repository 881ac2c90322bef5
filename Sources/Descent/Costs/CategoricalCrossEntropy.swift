import Kernels

/// ℓ = −Σ_j t_j·ln y_j: for one class of several, given as its index or as a distribution (one-hot).
///
/// With softmax outputs, or on logits, it is computed by log-sum-exp, which is exact where Keras clips.
public struct CategoricalCrossEntropy: Cost {
  public static let kind = "categorical_crossentropy"
  public static let summary = "−Σ t·ln y, for one class of several and softmax outputs."
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
    if output.count == 1 {
      throw DescentError(
        .invalidInput, "the cost \(Self.kind) does not fit one output", at: "cost",
        advice:
          "use \(BinaryCrossEntropy.kind) with one sigmoid unit: a softmax over one is always 1")
    }
    switch targets {
    case .classes(_, let names):
      try output.requireActivation(
        fromLogits ? [Linear.self] : [Softmax.self], cost: Self.kind, fromLogits: fromLogits)
      guard names.count <= output.count else {
        throw DescentError(
          .invalidInput, "the network has \(output.count) outputs for \(names.count) classes",
          at: "model", advice: "give the last layer \(names.count) units")
      }
      return .classes
    case .values(let values, let names):
      try output.requireWidth(names.count, cost: Self.kind)
      if let index = values.firstIndex(where: { !(0...1).contains($0) }) {
        throw DescentError(
          .invalidInput,
          "the cost \(Self.kind) does not fit the target \(values[index]) of row \(index / names.count + 1)",
          at: "cost", advice: "use \(MeanSquaredError.kind) for real-valued targets")
      }
      try output.requireActivation(
        fromLogits ? [Linear.self] : [Softmax.self], cost: Self.kind, fromLogits: fromLogits)
      return .distributions
    }
  }

  public func takesOver(_ activation: any Activation) -> Bool {
    !fromLogits && activation is Softmax
  }

  public func kerasLoss(_ form: TargetForm) -> ConfigValue {
    let isSparse = form == .classes
    if !fromLogits { return isSparse ? "sparse_categorical_crossentropy" : .string(Self.kind) }
    return [
      "class_name": isSparse ? "SparseCategoricalCrossentropy" : "CategoricalCrossentropy",
      "config": ["from_logits": true],
    ]
  }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    let weights = context.targets.weights.map { UnsafePointer($0 + rows.lowerBound) }
    let prediction = context.prediction.rows(rows)
    let output = context.output(rows)
    if let classes = context.targets.classes {
      context.kernels.softmaxCrossEntropy(
        prediction, classes: classes + rows.lowerBound, weights: weights,
        probabilities: context.tookActivationOver, into: output)
    } else if let targets = context.targets.values {
      if context.tookActivationOver || fromLogits {
        context.kernels.softmaxCrossEntropy(
          prediction, targets: targets.rows(rows), weights: weights,
          probabilities: context.tookActivationOver, into: output)
      } else {
        context.kernels.cost(
          .categoricalCrossEntropy, prediction, targets: targets.rows(rows), weights: weights,
          into: output)
      }
    }
  }
}

extension Cost where Self == CategoricalCrossEntropy {
  /// −Σ t·ln y, for one class of several and softmax outputs.
  public static var categoricalCrossEntropy: CategoricalCrossEntropy { CategoricalCrossEntropy() }
}
