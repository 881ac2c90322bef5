import Kernels

/// w ← w − rate·g; with `momentum` μ, m ← μ·m − rate·g and w ← w + m, or with `nesterov` w ← w + μ·m − rate·g
/// (Sutskever et al. 2013, in Keras' form).
///
/// Keras' name for what `gradient_descent` and `momentum` do.
public struct SGD: Optimizer {
  public static let kind = "sgd"
  public static let summary =
    "Gradient descent, with momentum if wanted: m ← μ·m − rate·g; w ← w + m"
  public static let keys =
    [
      learningRateKey(default: 0.01),
      ConfigKey(
        "momentum", .number(.from(0, below: 1)), default: 0,
        "The share μ of m that is kept; 0 keeps no m."),
      ConfigKey("nesterov", .bool, default: false, "Whether the step looks ahead."),
    ] + UpdateOptions.keys()

  public let learningRate: Double
  public let momentum: Double
  public let nesterov: Bool
  public let updates: UpdateOptions

  public init(
    learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false,
    updates: UpdateOptions = UpdateOptions()
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.updates = updates
  }

  public init(options: ConfigOptions) throws(DescentError) {
    learningRate = try options.learningRate()
    momentum = options.number("momentum")
    nesterov = options.bool("nesterov")
    updates = try UpdateOptions(options)
  }

  private var own: ConfigMap {
    [
      "learning_rate": .number(learningRate),
      "momentum": .number(momentum),
      "nesterov": .bool(nesterov),
    ]
  }
  public var options: ConfigMap { own.merging(updates.options) }

  public var slots: [String] { momentum == 0 ? [] : ["momentum"] }
  public var keras: KerasOptimizer {
    KerasOptimizer("SGD", own.merging(updates.keras))
  }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    if momentum == 0 {
      kernels.descentUpdate(piece, rate: coefficients.rate)
    } else {
      kernels.momentumUpdate(
        piece, rate: coefficients.rate, momentum: Float(momentum), nesterov: nesterov)
    }
  }
}

extension Optimizer where Self == SGD {
  /// Gradient descent, with momentum if wanted: m ← μ·m − rate·g; w ← w + m
  public static func sgd(
    learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false,
    updates: UpdateOptions = UpdateOptions()
  ) -> SGD {
    SGD(learningRate: learningRate, momentum: momentum, nesterov: nesterov, updates: updates)
  }
}
