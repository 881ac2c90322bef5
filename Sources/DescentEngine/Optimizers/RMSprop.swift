/// v ← ρ·v + (1 − ρ)·g²; w ← w − rate·g / √(v + ε) (Hinton 2012, in Keras' form).
///
/// With `momentum` μ the change is m ← μ·m + rate·g/√(v + ε). With `centered`, v is less the square of the gradient's
/// running mean.
public struct RMSprop: Optimizer, TabledComponent {
  public static let kind = "rmsprop"
  public static let summary = "Steps scaled by a running mean of the gradient's square."
  public static let table = ConfigTable(
    RMSprop(),
    .learningRate(\.learningRate),
    .option("rho", .number(.from(0, below: 1)), \.rho, "The decay of the running means."),
    .option(
      "momentum", .number(.from(0, below: 1)), \.momentum,
      "The share of the last change that is kept."),
    .option(
      "epsilon", .number(.above(0)), \.epsilon,
      "Added to a root or under it, against division by zero."),
    .option(
      "centered", .bool, \.centered, "Whether the gradient's variance takes its square's place."),
    .group(UpdateOptions.table, at: \.updates))

  public private(set) var learningRate: Double
  public private(set) var rho: Double
  public private(set) var momentum: Double
  public private(set) var epsilon: Double
  public private(set) var centered: Bool
  public private(set) var updates: UpdateOptions

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

  public var slots: [String] { slotGroups.flatMap { $0 } }
  public var slotGroups: [[String]] {
    [["velocity"]] + (momentum > 0 ? [["momentum"]] : [])
      + (centered ? [["average_gradient"]] : [])
  }
  public var keras: KerasOptimizer { keras("RMSprop") }

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
