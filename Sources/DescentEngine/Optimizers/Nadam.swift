import LibC

/// Adam with Nesterov's look ahead (Dozat 2016, in Keras' form): with uₜ = β₁·(1 − ½·0.96ᵗ) and Uₜ = u₁·…·uₜ,
/// w ← w − rate·(uₜ₊₁·m/(1 − Uₜ₊₁) + (1 − uₜ)·g/(1 − Uₜ)) / (√(v/(1 − β₂ᵗ)) + ε).
public struct Nadam: Optimizer, TabledComponent {
  public static let kind = "nadam"
  public static let summary = "Adam with Nesterov's look ahead."
  public static let table = ConfigTable(
    Nadam(),
    .learningRate(\.learningRate),
    .beta1(\.beta1),
    .beta2(\.beta2),
    .epsilon(\.epsilon),
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

  public var slots: [String] { ["momentum", "velocity"] }
  public var keras: KerasOptimizer { keras("Nadam") }

  /// 1 − ½·0.96ⁱ multiplied up to i = t; past the table's end the factors round to 1.
  private static let factors: [Double] = {
    var product = 1.0
    return [1]
      + (1...1000).map { index in
        product *= 1 - 0.5 * pow(0.96, Double(index))
        return product
      }
  }()

  private func share(_ t: Int) -> Double { beta1 * (1 - 0.5 * pow(0.96, Double(t))) }
  private func product(_ t: Int) -> Double {
    pow(beta1, Double(t)) * Self.factors[min(t, Self.factors.count - 1)]
  }

  /// The product of the momenta so far, which Keras keeps among its variables.
  public func scalars(iteration: Int) -> [Float] { [Float(product(iteration))] }

  public func coefficients(rate: Float, iteration: Int) -> StepCoefficients {
    let (now, next) = (share(iteration), share(iteration + 1))
    let product = product(iteration)
    return StepCoefficients(
      rate: rate,
      others: SIMD4(
        Float(next / (1 - product * next)), Float((1 - now) / (1 - product)),
        Float(1 / (1 - pow(beta2, Double(iteration)))), 0))
  }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    kernels.nadamUpdate(
      piece, rate: coefficients.rate, oneMinusBeta1: Float(1 - beta1),
      oneMinusBeta2: Float(1 - beta2), epsilon: Float(epsilon), meanWeight: coefficients.others[0],
      gradientWeight: coefficients.others[1], squareWeight: coefficients.others[2])
  }
}

extension Optimizer where Self == Nadam {
  /// Adam with Nesterov's look ahead.
  public static func nadam(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, updates: UpdateOptions = UpdateOptions()
  ) -> Nadam {
    Nadam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, updates: updates)
  }
}
