import Kernels

/// Follow the regularised leader (McMahan et al. 2013, in Keras' form, with a rate that falls with the root of the
/// squares' sum): with n = a + g², l ← l + g + 2·shrinkage·w − (√n − √a)/rate·w; a ← n;
/// w ← (clip(l, ±l1) − l) / ((√n + β)/rate + 2·l2).
public struct FTRL: Optimizer {
  public static let kind = "ftrl"
  public static let summary =
    "Follow the regularised leader: sparse weights for wide, sparse inputs."
  public static let keys =
    [
      learningRateKey(default: 0.001),
      ConfigKey(
        "initial_accumulator_value", .number(.atLeast(0)), default: 0.1,
        "What the sum of squares begins with."),
      ConfigKey(
        "l1_regularization_strength", .number(.atLeast(0)), default: 0,
        "The strength of the absolute penalty."),
      ConfigKey(
        "l2_regularization_strength", .number(.atLeast(0)), default: 0,
        "The strength of the squared penalty."),
      ConfigKey(
        "l2_shrinkage_regularization_strength", .number(.atLeast(0)), default: 0,
        "A squared penalty that acts through the gradient."),
      ConfigKey("beta", .number(.atLeast(0)), default: 0, "Added to the root of the squares' sum."),
    ] + UpdateOptions.keys()

  public let learningRate: Double
  public let initialAccumulatorValue: Double
  public let l1: Double
  public let l2: Double
  public let shrinkage: Double
  public let beta: Double
  public let updates: UpdateOptions

  public init(
    learningRate: Double = 0.001, initialAccumulatorValue: Double = 0.1, l1: Double = 0,
    l2: Double = 0, shrinkage: Double = 0, beta: Double = 0,
    updates: UpdateOptions = UpdateOptions()
  ) {
    self.learningRate = learningRate
    self.initialAccumulatorValue = initialAccumulatorValue
    self.l1 = l1
    self.l2 = l2
    self.shrinkage = shrinkage
    self.beta = beta
    self.updates = updates
  }

  public init(options: ConfigOptions) throws(DescentError) {
    learningRate = try options.learningRate()
    initialAccumulatorValue = options.number("initial_accumulator_value")
    l1 = options.number("l1_regularization_strength")
    l2 = options.number("l2_regularization_strength")
    shrinkage = options.number("l2_shrinkage_regularization_strength")
    beta = options.number("beta")
    updates = try UpdateOptions(options)
  }

  private var own: ConfigMap {
    [
      "learning_rate": .number(learningRate),
      "initial_accumulator_value": .number(initialAccumulatorValue),
      "l1_regularization_strength": .number(l1),
      "l2_regularization_strength": .number(l2),
      "l2_shrinkage_regularization_strength": .number(shrinkage),
      "beta": .number(beta),
    ]
  }
  public var options: ConfigMap { own.merging(updates.options) }

  public var slots: [String] { ["accumulator", "linear"] }
  public var keras: KerasOptimizer {
    KerasOptimizer("Ftrl", own.merging(updates.keras))
  }

  public func initialValue(ofSlot slot: Int) -> Float {
    slot == 0 ? Float(initialAccumulatorValue) : 0
  }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    // The formula divides by the rate; a warm-up may begin at 0.
    guard coefficients.rate > 0 else { return kernels.sumOfSquares(piece.gradient) }
    return kernels.ftrlUpdate(
      piece, rate: coefficients.rate, l1: Float(l1),
      l2: Float(l2 + beta / (2 * Double(coefficients.rate))), shrinkage: Float(shrinkage))
  }
}

extension Optimizer where Self == FTRL {
  /// Follow the regularised leader: sparse weights for wide, sparse inputs.
  public static func ftrl(
    learningRate: Double = 0.001, initialAccumulatorValue: Double = 0.1, l1: Double = 0,
    l2: Double = 0, shrinkage: Double = 0, beta: Double = 0,
    updates: UpdateOptions = UpdateOptions()
  ) -> FTRL {
    FTRL(
      learningRate: learningRate, initialAccumulatorValue: initialAccumulatorValue, l1: l1, l2: l2,
      shrinkage: shrinkage, beta: beta, updates: updates)
  }
}
