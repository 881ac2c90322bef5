/// Categorical cross-entropy that counts rows for less the better they are answered (Lin et al. 2017):
/// ℓ = Σ_j −α·t_j·(1 − y_j)^γ·ln y_j.
public struct CategoricalFocalCrossEntropy: Cost, TabledComponent {
  public static let kind = "categorical_focal_crossentropy"
  public static let summary =
    "Cross-entropy that counts easy rows for less, for one class of several and softmax outputs."
  public static let table = ConfigTable(
    CategoricalFocalCrossEntropy(),
    .option("alpha", .number(.above(0)), \.alpha, "A factor of the whole cost."),
    .gamma(\.gamma),
    .fromLogits(\.fromLogits),
    .labelSmoothing(\.labelSmoothing, towards: "1 / outputs"))

  public private(set) var alpha: Double
  public private(set) var gamma: Double
  public private(set) var fromLogits: Bool
  public private(set) var labelSmoothing: Double
  public var insist = false

  public init(
    alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0
  ) {
    self.alpha = alpha
    self.gamma = gamma
    self.fromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
  }

  public var fit: CostFit {
    .probabilities(.oneOfSeveral, of: Softmax.kind, fromLogits: fromLogits)
  }

  public func takesOver(_ activation: any Activation) -> Bool {
    !fromLogits && activation is Softmax
  }

  public func kerasLoss(_ form: TargetForm) -> ConfigValue {
    ["class_name": "CategoricalFocalCrossentropy", "config": .map(options)]
  }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    let (gamma, alpha) = (Float(gamma), Float(alpha))
    let prediction = context.prediction.rows(rows)
    if !context.tookActivationOver && !fromLogits {
      context.evaluate(
        .categoricalFocalCrossEntropy(gamma: gamma, alpha: alpha), rows: rows,
        smoothing: Float(labelSmoothing), towards: 1 / Float(prediction.columns))
    } else if let targets = context.targets.values {
      context.kernels.softmaxFocalCrossEntropy(
        prediction, targets: targets.rows(rows), weights: context.weights(rows), gamma: gamma,
        alpha: alpha, smoothing: Float(labelSmoothing), probabilities: context.tookActivationOver,
        into: context.output(rows))
    }
  }
}

extension Cost where Self == CategoricalFocalCrossEntropy {
  /// Cross-entropy that counts easy rows for less, for one class of several and softmax outputs.
  public static func categoricalFocalCrossEntropy(gamma: Double = 2) -> CategoricalFocalCrossEntropy
  {
    CategoricalFocalCrossEntropy(gamma: gamma)
  }
}
