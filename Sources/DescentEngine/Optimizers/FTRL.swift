/// Follow the regularised leader (McMahan et al. 2013, in Keras' form, with a rate that falls with the root of the
/// squares' sum): with n = a + g², l ← l + g + 2·shrinkage·w − (√n − √a)/rate·w; a ← n;
/// w ← (clip(l, ±l1) − l) / ((√n + β)/rate + 2·l2).
public struct FTRL: Optimizer, TabledComponent {
  public static let kind = "ftrl"
  public static let summary =
    "Follow the regularised leader: sparse weights for wide, sparse inputs."
  public static let table = ConfigTable(
    FTRL(),
    .learningRate(\.learningRate),
    .option(
      "initial_accumulator_value", .number(.atLeast(0)), \.initialAccumulatorValue,
      "What the sum of squares begins with."),
    .option(
      "l1_regularization_strength", .number(.atLeast(0)), \.l1,
      "The strength of the absolute penalty."),
    .option(
      "l2_regularization_strength", .number(.atLeast(0)), \.l2,
      "The strength of the squared penalty."),
    .option(
      "l2_shrinkage_regularization_strength", .number(.atLeast(0)), \.shrinkage,
      "A squared penalty that acts through the gradient."),
    .option("beta", .number(.atLeast(0)), \.beta, "Added to the root of the squares' sum."),
    .group(UpdateOptions.table, at: \.updates))

  public private(set) var learningRate: Double
  public private(set) var initialAccumulatorValue: Double
  public private(set) var l1: Double
  public private(set) var l2: Double
  public private(set) var shrinkage: Double
  public private(set) var beta: Double
  public private(set) var updates: UpdateOptions

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

  public var slots: [String] { ["accumulator", "linear"] }
  public var keras: KerasOptimizer { keras("Ftrl") }

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
