/// w ← w − rate·g; with `momentum` μ, m ← μ·m − rate·g and w ← w + m, or with `nesterov` w ← w + μ·m − rate·g
/// (Sutskever et al. 2013, in Keras' form).
///
/// Keras' name for what `gradient_descent` and `momentum` do.
public struct SGD: Optimizer, TabledComponent {
  public static let kind = "sgd"
  public static let summary =
    "Gradient descent, with momentum if wanted: m ← μ·m − rate·g; w ← w + m"
  public static let table = ConfigTable(
    SGD(),
    .learningRate(\.learningRate),
    .option(
      "momentum", .number(.from(0, below: 1)), \.momentum,
      "The share μ of m that is kept; 0 keeps no m."),
    .option("nesterov", .bool, \.nesterov, "Whether the step looks ahead."),
    .group(UpdateOptions.table, at: \.updates))

  public private(set) var learningRate: Double
  public private(set) var momentum: Double
  public private(set) var nesterov: Bool
  public private(set) var updates: UpdateOptions

  public init(
    learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false,
    updates: UpdateOptions = UpdateOptions()
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.updates = updates
  }

  public var slots: [String] { momentum == 0 ? [] : ["momentum"] }
  public var keras: KerasOptimizer { keras("SGD") }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    if momentum == 0 {
      kernels.descentUpdate(piece, rate: coefficients.rate)
    } else {
      kernels.momentumUpdate(
        piece, rate: coefficients.rate, momentum: Float(momentum), nesterov: nesterov)
    }
  }
}

extension Optimizer where Self == SGD {
  /// Gradient descent, with momentum if wanted: m ← μ·m − rate·g; w ← w + m
  public static func sgd(
    learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false,
    updates: UpdateOptions = UpdateOptions()
  ) -> SGD {
    SGD(learningRate: learningRate, momentum: momentum, nesterov: nesterov, updates: updates)
  }
}
