import Kernels

/// m ← μ·m − rate·g; w ← w + m. With `nesterov`, w ← w + μ·m − rate·g (Sutskever et al. 2013, in Keras'
/// form).
public struct Momentum: Optimizer {
  public static let kind = "momentum"
  public static let summary = "m ← μ·m − rate·g; w ← w + m"
  public static let keys =
    [
      learningRateKey(default: 0.01),
      ConfigKey(
        "momentum", .number(.from(0, below: 1)), default: 0.9, "The share μ of m that is kept."),
      ConfigKey("nesterov", .bool, default: false, "Whether the step looks ahead."),
    ] + UpdateOptions.keys()

  public let learningRate: Double
  public let momentum: Double
  public let nesterov: Bool
  public let updates: UpdateOptions

  public init(
    learningRate: Double = 0.01, momentum: Double = 0.9, nesterov: Bool = false,
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
      "learning_rate": .number(learningRate), "momentum": .number(momentum),
      "nesterov": .bool(nesterov),
    ]
  }

  public var options: ConfigMap { own.merging(updates.options) }
  public var slots: [String] { ["momentum"] }

  public var keras: KerasOptimizer { KerasOptimizer("SGD", own.merging(updates.keras)) }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    kernels.momentumUpdate(
      piece, rate: coefficients.rate, momentum: Float(momentum), nesterov: nesterov)
  }
}

extension Optimizer where Self == Momentum {
  /// m ← μ·m − rate·g; w ← w + m
  public static func momentum(
    learningRate: Double = 0.01, momentum: Double = 0.9, nesterov: Bool = false,
    updates: UpdateOptions = UpdateOptions()
  ) -> Momentum {
    Momentum(
      learningRate: learningRate, momentum: momentum, nesterov: nesterov, updates: updates)
  }
}
