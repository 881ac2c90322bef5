/// w ← w − rate·sign(β₁·m + (1 − β₁)·g); m ← β₂·m + (1 − β₂)·g (Chen et al. 2023).
public struct Lion: Optimizer, TabledComponent {
  public static let kind = "lion"
  public static let summary = "Steps of one size, in the direction of a running mean's sign."
  public static let table = ConfigTable(
    Lion(),
    .learningRate(\.learningRate),
    .option("beta_1", .number(.between(0, 1)), \.beta1, "The share of the mean in the direction."),
    .option("beta_2", .number(.from(0, below: 1)), \.beta2, "The decay of the mean."),
    .group(UpdateOptions.table, at: \.updates))

  public private(set) var learningRate: Double
  public private(set) var beta1: Double
  public private(set) var beta2: Double
  public private(set) var updates: UpdateOptions

  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.99,
    updates: UpdateOptions = UpdateOptions()
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.updates = updates
  }

  public var slots: [String] { ["momentum"] }
  public var keras: KerasOptimizer { keras("Lion") }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    kernels.lionUpdate(
      piece, rate: coefficients.rate, beta1: Float(beta1), oneMinusBeta1: Float(1 - beta1),
      beta2: Float(beta2), oneMinusBeta2: Float(1 - beta2))
  }
}

extension Optimizer where Self == Lion {
  /// Steps of one size, in the direction of a running mean's sign.
  public static func lion(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.99,
    updates: UpdateOptions = UpdateOptions()
  ) -> Lion {
    Lion(learningRate: learningRate, beta1: beta1, beta2: beta2, updates: updates)
  }
}
