import Kernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Adam with weights that decay: w ← w − w·decay·rate before each of Adam's updates (Loshchilov & Hutter 2019).
public struct AdamW: Optimizer {
  public static let kind = "adamw"
  public static let summary = "Adam with decoupled weight decay."
  public static let keys =
    [
      learningRateKey(default: 0.001),
      ConfigKey(
        "beta_1", .number(.from(0, below: 1)), default: 0.9, "The decay of the gradient's mean."),
      ConfigKey(
        "beta_2", .number(.from(0, below: 1)), default: 0.999, "The decay of the square's mean."),
      ConfigKey(
        "epsilon", .number(.above(0)), default: 1e-7, "Added to the root of the square's mean."),
      ConfigKey(
        "amsgrad", .bool, default: false,
        "Whether the largest mean square so far takes the mean square's place."),
    ] + UpdateOptions.keys(weightDecay: 0.004)

  public let learningRate: Double
  public let beta1: Double
  public let beta2: Double
  public let epsilon: Double
  public let amsgrad: Bool
  public let updates: UpdateOptions

  /// - Parameter updates: their weight decay is 0.004 where it is nil.
  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, amsgrad: Bool = false,
    updates: UpdateOptions = UpdateOptions(weightDecay: 0.004)
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.amsgrad = amsgrad
    var updates = updates
    updates.weightDecay = updates.weightDecay ?? 0.004
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
    KerasOptimizer("AdamW", own.merging(updates.keras))
  }

  public func coefficients(rate: Float, iteration: Int) -> StepCoefficients {
    let t = Double(iteration)
    let correction = (1 - pow(beta2, t)).squareRoot() / (1 - pow(beta1, t))
    return StepCoefficients(rate: Float(Double(rate) * correction))
  }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) {
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

extension Optimizer where Self == AdamW {
  /// Adam with decoupled weight decay.
  public static func adamw(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, amsgrad: Bool = false,
    updates: UpdateOptions = UpdateOptions(weightDecay: 0.004)
  ) -> AdamW {
    AdamW(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
      updates: updates)
  }
}
