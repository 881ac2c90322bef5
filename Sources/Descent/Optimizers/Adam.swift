import Kernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// m ← m + (g − m)(1 − β₁); v ← v + (g² − v)(1 − β₂);
/// w ← w − m·rate·√(1 − β₂ᵗ)/(1 − β₁ᵗ) / (√v + ε) (Kingma & Ba 2015, in Keras' form).
public struct Adam: Optimizer {
  public static let kind = "adam"
  public static let summary = "Steps scaled by running means of the gradient and of its square."
  public static let keys = [
    learningRateKey(default: 0.001),
    ConfigKey(
      "beta_1", .number(.from(0, below: 1)), default: 0.9, "The decay of the gradient's mean."),
    ConfigKey(
      "beta_2", .number(.from(0, below: 1)), default: 0.999, "The decay of the square's mean."),
    ConfigKey(
      "epsilon", .number(.above(0)), default: 1e-7, "Added to the root of the square's mean."),
  ]

  public let learningRate: Double
  public let beta1: Double
  public let beta2: Double
  public let epsilon: Double

  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public init(options: ConfigOptions) {
    learningRate = options.number("learning_rate")
    beta1 = options.number("beta_1")
    beta2 = options.number("beta_2")
    epsilon = options.number("epsilon")
  }

  public var options: ConfigMap {
    [
      "learning_rate": .number(learningRate), "beta_1": .number(beta1), "beta_2": .number(beta2),
      "epsilon": .number(epsilon),
    ]
  }

  public var slots: [String] { ["momentum", "velocity"] }

  public func coefficients(rate: Float, iteration: Int) -> StepCoefficients {
    let t = Double(iteration)
    let correction = (1 - pow(beta2, t)).squareRoot() / (1 - pow(beta1, t))
    return StepCoefficients(rate: Float(Double(rate) * correction))
  }

  public var keras: KerasOptimizer { KerasOptimizer("Adam", options) }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) {
    kernels.adamUpdate(
      piece, alpha: coefficients.rate, oneMinusBeta1: Float(1 - beta1),
      oneMinusBeta2: Float(1 - beta2), epsilon: Float(epsilon))
  }
}

extension Optimizer where Self == Adam {
  /// Steps scaled by running means of the gradient and of its square.
  public static func adam(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7
  ) -> Adam {
    Adam(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
  }
}
