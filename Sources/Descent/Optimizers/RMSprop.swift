import Kernels

/// v ← ρ·v + (1 − ρ)·g²; w ← w − rate·g / √(v + ε) (Hinton 2012, in Keras' form).
///
/// With `momentum` μ the change is m ← μ·m + rate·g/√(v + ε). With `centered`, v is less the square of the gradient's
/// running mean.
public struct RMSprop: Optimizer {
  public static let kind = "rmsprop"
  public static let summary = "Steps scaled by a running mean of the gradient's square."
  public static let keys =
    [
      learningRateKey(default: 0.001),
      ConfigKey(
        "rho", .number(.from(0, below: 1)), default: 0.9, "The decay of the running means."),
      ConfigKey(
        "momentum", .number(.from(0, below: 1)), default: 0,
        "The share of the last change that is kept."),
      ConfigKey(
        "epsilon", .number(.above(0)), default: 1e-7,
        "Added to a root or under it, against division by zero."),
      ConfigKey(
        "centered", .bool, default: false,
        "Whether the gradient's variance takes its square's place."),
    ] + UpdateOptions.keys()

  public let learningRate: Double
  public let rho: Double
  public let momentum: Double
  public let epsilon: Double
  public let centered: Bool
  public let updates: UpdateOptions

  public init(
    learningRate: Double = 0.001, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7,
    centered: Bool = false, updates: UpdateOptions = UpdateOptions()
  ) {
    self.learningRate = learningRate
    self.rho = rho
    self.momentum = momentum
    self.epsilon = epsilon
    self.centered = centered
    self.updates = updates
  }

  public init(options: ConfigOptions) throws(DescentError) {
    learningRate = try options.learningRate()
    rho = options.number("rho")
    momentum = options.number("momentum")
    epsilon = options.number("epsilon")
    centered = options.bool("centered")
    updates = try UpdateOptions(options)
  }

  private var own: ConfigMap {
    [
      "learning_rate": .number(learningRate),
      "rho": .number(rho),
      "momentum": .number(momentum),
      "epsilon": .number(epsilon),
      "centered": .bool(centered),
    ]
  }
  public var options: ConfigMap { own.merging(updates.options) }

  public var slots: [String] { slotGroups.flatMap { $0 } }
  public var slotGroups: [[String]] {
    [["velocity"]] + (momentum > 0 ? [["momentum"]] : [])
      + (centered ? [["average_gradient"]] : [])
  }
  public var keras: KerasOptimizer {
    KerasOptimizer("RMSprop", own.merging(updates.keras))
  }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    let isMoving = momentum > 0
    return kernels.rmspropUpdate(
      piece, v: piece.slot0, m: isMoving ? piece.slot1 : nil,
      a: centered ? (isMoving ? piece.slot2 : piece.slot1) : nil, rate: coefficients.rate,
      rho: Float(rho), oneMinusRho: Float(1 - rho), momentum: Float(momentum),
      epsilon: Float(epsilon))
  }
}

extension Optimizer where Self == RMSprop {
  /// Steps scaled by a running mean of the gradient's square.
  public static func rmsprop(
    learningRate: Double = 0.001, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7,
    centered: Bool = false, updates: UpdateOptions = UpdateOptions()
  ) -> RMSprop {
    RMSprop(
      learningRate: learningRate, rho: rho, momentum: momentum, epsilon: epsilon,
      centered: centered, updates: updates)
  }
}
