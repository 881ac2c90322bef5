import LibC

/// m ← m + (g − m)(1 − β₁); u ← max(β₂·u, |g|); w ← w − rate/(1 − β₁ᵗ)·m / (u + ε) (Kingma & Ba 2015, in Keras'
/// form).
public struct Adamax: Optimizer, TabledComponent {
  public static let kind = "adamax"
  public static let summary =
    "Adam with the largest recent gradient in the place of the mean square."
  public static let table = ConfigTable(
    Adamax(),
    .learningRate(\.learningRate),
    .beta1(\.beta1),
    .beta2(\.beta2, "the largest gradient"),
    .epsilon(\.epsilon, "Added to a root or under it, against division by zero."),
    .group(UpdateOptions.table, at: \.updates))

  public private(set) var learningRate: Double
  public private(set) var beta1: Double
  public private(set) var beta2: Double
  public private(set) var epsilon: Double
  public private(set) var updates: UpdateOptions

  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, updates: UpdateOptions = UpdateOptions()
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.updates = updates
  }

  public var slots: [String] { ["momentum", "norm"] }
  public var keras: KerasOptimizer { keras("Adamax") }

  public func coefficients(rate: Float, iteration: Int) -> StepCoefficients {
    StepCoefficients(rate: Float(Double(rate) / (1 - pow(beta1, Double(iteration)))))
  }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    kernels.adamaxUpdate(
      piece, alpha: coefficients.rate, oneMinusBeta1: Float(1 - beta1), beta2: Float(beta2),
      epsilon: Float(epsilon))
  }
}

extension Optimizer where Self == Adamax {
  /// Adam with the largest recent gradient in the place of the mean square.
  public static func adamax(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, updates: UpdateOptions = UpdateOptions()
  ) -> Adamax {
    Adamax(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, updates: updates)
  }
}
