/// a ← a + g²; w ← w − rate·g / √(a + ε) (Duchi et al. 2011).
public struct Adagrad: Optimizer, TabledComponent {
  public static let kind = "adagrad"
  public static let summary = "Steps that shrink with the sum of each gradient's squares."
  public static let table = ConfigTable(
    Adagrad(),
    .learningRate(\.learningRate),
    .option(
      "initial_accumulator_value", .number(.atLeast(0)), \.initialAccumulatorValue,
      "What the sum of squares begins with."),
    .option(
      "epsilon", .number(.above(0)), \.epsilon,
      "Added to a root or under it, against division by zero."),
    .group(UpdateOptions.table, at: \.updates))

  public private(set) var learningRate: Double
  public private(set) var initialAccumulatorValue: Double
  public private(set) var epsilon: Double
  public private(set) var updates: UpdateOptions

  public init(
    learningRate: Double = 0.001, initialAccumulatorValue: Double = 0.1, epsilon: Double = 1e-7,
    updates: UpdateOptions = UpdateOptions()
  ) {
    self.learningRate = learningRate
    self.initialAccumulatorValue = initialAccumulatorValue
    self.epsilon = epsilon
    self.updates = updates
  }

  public var slots: [String] { ["accumulator"] }
  public var keras: KerasOptimizer { keras("Adagrad") }

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
