/// m ← μ·m − rate·g; w ← w + m. With `nesterov`, w ← w + μ·m − rate·g (Sutskever et al. 2013, in Keras'
/// form).
public struct Momentum: Optimizer, TabledComponent {
  public static let kind = "momentum"
  public static let summary = "m ← μ·m − rate·g; w ← w + m"
  public static let table = ConfigTable(
    Momentum(),
    .learningRate(\.learningRate),
    .option("momentum", .number(.from(0, below: 1)), \.momentum, "The share μ of m that is kept."),
    .option("nesterov", .bool, \.nesterov, "Whether the step looks ahead."),
    .group(UpdateOptions.table, at: \.updates))

  public private(set) var learningRate: Double
  public private(set) var momentum: Double
  public private(set) var nesterov: Bool
  public private(set) var updates: UpdateOptions

  public init(
    learningRate: Double = 0.01, momentum: Double = 0.9, nesterov: Bool = false,
    updates: UpdateOptions = UpdateOptions()
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.updates = updates
  }

  public var slots: [String] { ["momentum"] }

  public var keras: KerasOptimizer { keras("SGD") }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    kernels.momentumUpdate(
      piece, rate: coefficients.rate, momentum: Float(momentum), nesterov: nesterov)
  }
}

extension Optimizer where Self == Momentum {
  /// m ← μ·m − rate·g; w ← w + m
  public static func momentum(
    learningRate: Double = 0.01, momentum: Double = 0.9, nesterov: Bool = false,
    updates: UpdateOptions = UpdateOptions()
  ) -> Momentum {
    Momentum(
      learningRate: learningRate, momentum: momentum, nesterov: nesterov, updates: updates)
  }
}
