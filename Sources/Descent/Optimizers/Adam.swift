import Kernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// m ← m + (g − m)(1 − β₁); v ← v + (g² − v)(1 − β₂);
/// w ← w − m·rate·√(1 − β₂ᵗ)/(1 − β₁ᵗ) / (√v + ε) (Kingma & Ba 2015, in Keras' form). With `amsgrad` the largest v so
/// far takes v's place in the last line (Reddi et al. 2018).
public struct Adam: Optimizer {
  public static let kind = "adam"
  public static let summary = "Steps scaled by running means of the gradient and of its square."
  public static let keys =
    [
      learningRateKey(default: 0.001), MomentKeys.beta1, MomentKeys.beta2(), MomentKeys.epsilon(),
      MomentKeys.amsgrad,
    ] + UpdateOptions.keys()

  public let learningRate: Double
  public let beta1: Double
  public let beta2: Double
  public let epsilon: Double
  public let amsgrad: Bool
  public let updates: UpdateOptions

  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, amsgrad: Bool = false, updates: UpdateOptions = UpdateOptions()
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.amsgrad = amsgrad
    self.updates = updates
  }

  public init(options: ConfigOptions) throws(DescentError) {
    learningRate = try options.learningRate()
    beta1 = options.number("beta_1")
    beta2 = options.number("beta_2")
    epsilon = options.number("epsilon")
    amsgrad = options.bool("amsgrad")
    updates = try UpdateOptions(options)
  }

  private var own: ConfigMap {
    [
      "learning_rate": .number(learningRate),
      "beta_1": .number(beta1),
      "beta_2": .number(beta2),
      "epsilon": .number(epsilon),
      "amsgrad": .bool(amsgrad),
    ]
  }
  public var options: ConfigMap { own.merging(updates.options) }

  public var slots: [String] { slotGroups.flatMap { $0 } }
  public var slotGroups: [[String]] {
    amsgrad ? [["momentum", "velocity"], ["velocity_hat"]] : [["momentum", "velocity"]]
  }
  public var keras: KerasOptimizer {
    KerasOptimizer("Adam", own.merging(updates.keras))
  }

  public func coefficients(rate: Float, iteration: Int) -> StepCoefficients {
    let t = Double(iteration)
    let correction = (1 - pow(beta2, t)).squareRoot() / (1 - pow(beta1, t))
    return StepCoefficients(rate: Float(Double(rate) * correction))
  }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    if amsgrad {
      kernels.amsgradUpdate(
        piece, alpha: coefficients.rate, oneMinusBeta1: Float(1 - beta1),
        oneMinusBeta2: Float(1 - beta2), epsilon: Float(epsilon))
    } else {
      kernels.adamUpdate(
        piece, alpha: coefficients.rate, oneMinusBeta1: Float(1 - beta1),
        oneMinusBeta2: Float(1 - beta2), epsilon: Float(epsilon))
    }
  }
}

extension Optimizer where Self == Adam {
  /// Steps scaled by running means of the gradient and of its square.
  public static func adam(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, amsgrad: Bool = false, updates: UpdateOptions = UpdateOptions()
  ) -> Adam {
    Adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
      updates: updates)
  }
}
