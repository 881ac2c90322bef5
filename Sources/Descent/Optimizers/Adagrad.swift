import Kernels

/// a ← a + g²; w ← w − rate·g / √(a + ε) (Duchi et al. 2011).
public struct Adagrad: Optimizer {
  public static let kind = "adagrad"
  public static let summary = "Steps that shrink with the sum of each gradient's squares."
  public static let keys =
    [
      learningRateKey(default: 0.001),
      ConfigKey(
        "initial_accumulator_value", .number(.atLeast(0)), default: 0.1,
        "What the sum of squares begins with."),
      ConfigKey(
        "epsilon", .number(.above(0)), default: 1e-7,
        "Added to a root or under it, against division by zero."),
    ] + UpdateOptions.keys()

  public let learningRate: Double
  public let initialAccumulatorValue: Double
  public let epsilon: Double
  public let updates: UpdateOptions

  public init(
    learningRate: Double = 0.001, initialAccumulatorValue: Double = 0.1, epsilon: Double = 1e-7,
    updates: UpdateOptions = UpdateOptions()
  ) {
    self.learningRate = learningRate
    self.initialAccumulatorValue = initialAccumulatorValue
    self.epsilon = epsilon
    self.updates = updates
  }

  public init(options: ConfigOptions) throws(DescentError) {
    learningRate = try options.learningRate()
    initialAccumulatorValue = options.number("initial_accumulator_value")
    epsilon = options.number("epsilon")
    updates = try UpdateOptions(options)
  }

  private var own: ConfigMap {
    [
      "learning_rate": .number(learningRate),
      "initial_accumulator_value": .number(initialAccumulatorValue),
      "epsilon": .number(epsilon),
    ]
  }
  public var options: ConfigMap { own.merging(updates.options) }

  public var slots: [String] { ["accumulator"] }
  public var keras: KerasOptimizer {
    KerasOptimizer("Adagrad", own.merging(updates.keras))
  }

  public func initialValue(ofSlot slot: Int) -> Float { Float(initialAccumulatorValue) }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    kernels.adagradUpdate(piece, rate: coefficients.rate, epsilon: Float(epsilon))
  }
}

extension Optimizer where Self == Adagrad {
  /// Steps that shrink with the sum of each gradient's squares.
  public static func adagrad(
    learningRate: Double = 0.001, initialAccumulatorValue: Double = 0.1, epsilon: Double = 1e-7,
    updates: UpdateOptions = UpdateOptions()
  ) -> Adagrad {
    Adagrad(
      learningRate: learningRate, initialAccumulatorValue: initialAccumulatorValue,
      epsilon: epsilon, updates: updates)
  }
}
