import LibC

/// m ← m + (g − m)(1 − β₁); v ← v + (g² − v)(1 − β₂);
/// w ← w − m·rate·√(1 − β₂ᵗ)/(1 − β₁ᵗ) / (√v + ε) (Kingma & Ba 2015, in Keras' form). With `amsgrad` the largest v so
/// far takes v's place in the last line (Reddi et al. 2018).
public struct Adam: Optimizer, TabledComponent {
  public static let kind = "adam"
  public static let summary = "Steps scaled by running means of the gradient and of its square."
  public static let table = ConfigTable(
    Adam(),
    .learningRate(\.learningRate),
    .beta1(\.beta1),
    .beta2(\.beta2),
    .epsilon(\.epsilon),
    .amsgrad(\.amsgrad),
    .group(UpdateOptions.table, at: \.updates))

  public private(set) var learningRate: Double
  public private(set) var beta1: Double
  public private(set) var beta2: Double
  public private(set) var epsilon: Double
  public private(set) var amsgrad: Bool
  public private(set) var updates: UpdateOptions

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

  public var slots: [String] { slotGroups.flatMap { $0 } }
  public var slotGroups: [[String]] {
    amsgrad ? [["momentum", "velocity"], ["velocity_hat"]] : [["momentum", "velocity"]]
  }
  public var keras: KerasOptimizer { keras("Adam") }

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
