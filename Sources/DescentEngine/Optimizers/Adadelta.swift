/// a ← ρ·a + (1 − ρ)·g²; δ = −√(d + ε)·g / √(a + ε); d ← ρ·d + (1 − ρ)·δ²; w ← w + rate·δ (Zeiler 2012).
public struct Adadelta: Optimizer, TabledComponent {
  public static let kind = "adadelta"
  public static let summary = "Steps in the proportion of past steps to past gradients."
  public static let table = ConfigTable(
    Adadelta(),
    .learningRate(\.learningRate),
    .option("rho", .number(.from(0, below: 1)), \.rho, "The decay of the running means."),
    .option(
      "epsilon", .number(.above(0)), \.epsilon,
      "Added to a root or under it, against division by zero."),
    .group(UpdateOptions.table, at: \.updates))

  public private(set) var learningRate: Double
  public private(set) var rho: Double
  public private(set) var epsilon: Double
  public private(set) var updates: UpdateOptions

  public init(
    learningRate: Double = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7,
    updates: UpdateOptions = UpdateOptions()
  ) {
    self.learningRate = learningRate
    self.rho = rho
    self.epsilon = epsilon
    self.updates = updates
  }

  public var slots: [String] { ["accumulated_grad", "accumulated_delta_var"] }
  public var keras: KerasOptimizer { keras("Adadelta") }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    kernels.adadeltaUpdate(
      piece, rate: coefficients.rate, rho: Float(rho), oneMinusRho: Float(1 - rho),
      epsilon: Float(epsilon))
  }
}

extension Optimizer where Self == Adadelta {
  /// Steps in the proportion of past steps to past gradients.
  public static func adadelta(
    learningRate: Double = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7,
    updates: UpdateOptions = UpdateOptions()
  ) -> Adadelta {
    Adadelta(learningRate: learningRate, rho: rho, epsilon: epsilon, updates: updates)
  }
}
