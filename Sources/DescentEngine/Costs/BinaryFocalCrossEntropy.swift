/// Binary cross-entropy that counts rows for less the better they are answered (Lin et al. 2017):
/// ℓ = Σ_j a·(1 − p)^γ·(−ln p) / outputs, p being the probability of the right answer.
///
/// a is 1, or with `apply_class_balancing` α for yes and 1 − α for no.
public struct BinaryFocalCrossEntropy: Cost, TabledComponent {
  public static let kind = "binary_focal_crossentropy"
  public static let summary =
    "Log loss that counts easy rows for less, for rare yes-or-no targets and sigmoid outputs."
  public static let table = ConfigTable(
    BinaryFocalCrossEntropy(),
    .option(
      "apply_class_balancing", .bool, \.appliesClassBalancing,
      "Whether yes is multiplied by alpha and no by 1 − alpha."),
    .option("alpha", .number(.from(0, to: 1)), \.alpha, "The weight of yes."),
    .gamma(\.gamma),
    .fromLogits(\.fromLogits),
    .labelSmoothing(\.labelSmoothing, towards: "one half"))

  public private(set) var appliesClassBalancing: Bool
  public private(set) var alpha: Double
  public private(set) var gamma: Double
  public private(set) var fromLogits: Bool
  public private(set) var labelSmoothing: Double
  public var insist = false

  public init(
    appliesClassBalancing: Bool = false, alpha: Double = 0.25, gamma: Double = 2,
    fromLogits: Bool = false, labelSmoothing: Double = 0
  ) {
    self.appliesClassBalancing = appliesClassBalancing
    self.alpha = alpha
    self.gamma = gamma
    self.fromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
  }

  public var fit: CostFit { .probabilities(.yesOrNo, of: Sigmoid.kind, fromLogits: fromLogits) }

  public func takesOver(_ activation: any Activation) -> Bool {
    !fromLogits && activation is Sigmoid
  }

  public func kerasLoss(_ form: TargetForm) -> ConfigValue {
    ["class_name": "BinaryFocalCrossentropy", "config": .map(options)]
  }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    let smoothing = Float(labelSmoothing)
    let focus = KernelSet.BinaryFocus(
      gamma: Float(gamma), yes: appliesClassBalancing ? Float(alpha) : 1,
      no: appliesClassBalancing ? Float(1 - alpha) : 1)
    guard context.tookActivationOver || fromLogits else {
      return context.evaluate(.binaryFocalCrossEntropy(focus), rows: rows, smoothing: smoothing)
    }
    guard let targets = context.smoothedTargets(rows, to: 0.5, smoothing) else { return }
    context.kernels.sigmoidFocalCrossEntropy(
      context.prediction.rows(rows), targets: targets, weights: context.weights(rows), focus: focus,
      probabilities: context.tookActivationOver, into: context.output(rows))
  }
}

extension Cost where Self == BinaryFocalCrossEntropy {
  /// Log loss that counts easy rows for less, for rare yes-or-no targets and sigmoid outputs.
  public static func binaryFocalCrossEntropy(gamma: Double = 2) -> BinaryFocalCrossEntropy {
    BinaryFocalCrossEntropy(gamma: gamma)
  }
}
