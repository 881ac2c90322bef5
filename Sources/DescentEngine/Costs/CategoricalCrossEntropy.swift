/// ℓ = −Σ_j t_j·ln y_j: for one class of several, given as its index or as a distribution (one-hot).
///
/// With softmax outputs, or on logits, it is computed by log-sum-exp, which is exact where Keras clips.
public struct CategoricalCrossEntropy: Cost, TabledComponent {
  public static let kind = "categorical_crossentropy"
  public static let summary = "−Σ t·ln y, for one class of several and softmax outputs."
  public static let table = ConfigTable(
    CategoricalCrossEntropy(),
    .fromLogits(\.fromLogits),
    .labelSmoothing(\.labelSmoothing, towards: "1 / outputs"))

  public private(set) var fromLogits: Bool
  /// The share of every target that is spread evenly over all classes.
  public private(set) var labelSmoothing: Double
  public var insist = false

  public init(fromLogits: Bool = false, labelSmoothing: Double = 0) {
    self.fromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
  }

  public var fit: CostFit {
    .probabilities(
      .oneOfSeveral, of: Softmax.kind, fromLogits: fromLogits, takesClassNumbers: true)
  }

  public func targetForm(for output: OutputDescription, targets: Dataset.Targets)
    throws(DescentError) -> TargetForm
  {
    let form = try fit.form(cost: Self.kind, insists: insist, output: output, targets: targets)
    // Only logits have a kernel for class numbers; of probabilities that is left to one-hot targets.
    let isOfLogits = fromLogits || output.endsNetwork && takesOver(output.activation)
    return form == .classes && !isOfLogits ? .distributions : form
  }

  public func takesOver(_ activation: any Activation) -> Bool {
    !fromLogits && activation is Softmax
  }

  /// Keras' sparse loss has no label smoothing: a file that needs it says the other.
  public func kerasLoss(_ form: TargetForm) -> ConfigValue {
    let isSparse = form == .classes && labelSmoothing == 0
    guard fromLogits || labelSmoothing > 0 else {
      return isSparse ? "sparse_categorical_crossentropy" : .string(Self.kind)
    }
    return [
      "class_name": isSparse ? "SparseCategoricalCrossentropy" : "CategoricalCrossentropy",
      "config": isSparse ? ["from_logits": true] : .map(options),
    ]
  }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    let smoothing = Float(labelSmoothing)
    let prediction = context.prediction.rows(rows)
    if let classes = context.targets.classes {
      context.kernels.softmaxCrossEntropy(
        prediction, classes: classes + rows.lowerBound, weights: context.weights(rows),
        probabilities: context.tookActivationOver, smoothing: smoothing, into: context.output(rows))
    } else if !context.tookActivationOver && !fromLogits {
      context.evaluate(
        .categoricalCrossEntropy, rows: rows, smoothing: smoothing,
        towards: 1 / Float(prediction.columns))
    } else if let targets = context.targets.values {
      context.kernels.softmaxCrossEntropy(
        prediction, targets: targets.rows(rows), weights: context.weights(rows),
        probabilities: context.tookActivationOver, smoothing: smoothing, into: context.output(rows))
    }
  }
}

extension Cost where Self == CategoricalCrossEntropy {
  /// −Σ t·ln y, for one class of several and softmax outputs.
  public static var categoricalCrossEntropy: CategoricalCrossEntropy { CategoricalCrossEntropy() }
}
