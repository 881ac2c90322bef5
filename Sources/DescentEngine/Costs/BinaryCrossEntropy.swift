/// Log loss, ℓ = Σ_j −(t_j·ln y_j + (1 − t_j)·ln(1 − y_j)) / outputs: for yes-or-no targets, one output
/// each.
///
/// With sigmoid outputs, or on logits, it is computed as max(z, 0) − z·t + ln(1 + e^−|z|), which is exact
/// where Keras clips.
public struct BinaryCrossEntropy: Cost, TabledComponent {
  public static let kind = "binary_crossentropy"
  public static let summary = "Log loss, for yes-or-no targets and sigmoid outputs."
  public static let table = ConfigTable(
    BinaryCrossEntropy(),
    .fromLogits(\.fromLogits),
    .labelSmoothing(\.labelSmoothing, towards: "one half"))

  public private(set) var fromLogits: Bool
  /// The share of every target that is replaced by one half.
  public private(set) var labelSmoothing: Double
  public var insist = false

  public init(fromLogits: Bool = false, labelSmoothing: Double = 0) {
    self.fromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
  }

  public var fit: CostFit { .probabilities(.yesOrNo, of: Sigmoid.kind, fromLogits: fromLogits) }

  public func takesOver(_ activation: any Activation) -> Bool {
    !fromLogits && activation is Sigmoid
  }

  public func kerasLoss(_ form: TargetForm) -> ConfigValue {
    guard fromLogits || labelSmoothing > 0 else { return .string(Self.kind) }
    return ["class_name": "BinaryCrossentropy", "config": .map(options)]
  }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    let smoothing = Float(labelSmoothing)
    guard context.tookActivationOver || fromLogits else {
      return context.evaluate(.binaryCrossEntropy, rows: rows, smoothing: smoothing)
    }
    guard let targets = context.smoothedTargets(rows, to: 0.5, smoothing) else { return }
    context.kernels.sigmoidCrossEntropy(
      context.prediction.rows(rows), targets: targets, weights: context.weights(rows),
      probabilities: context.tookActivationOver, into: context.output(rows))
  }
}

extension Cost where Self == BinaryCrossEntropy {
  /// Log loss, for yes-or-no targets and sigmoid outputs.
  public static var binaryCrossEntropy: BinaryCrossEntropy { BinaryCrossEntropy() }
}
