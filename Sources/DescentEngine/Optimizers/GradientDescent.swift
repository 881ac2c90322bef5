/// w ← w − rate·g
///
/// Stochastic over mini-batches; the whole gradient with `batch_size: all`.
public struct GradientDescent: Optimizer, TabledComponent {
  public static let kind = "gradient_descent"
  public static let summary = "w ← w − rate·g"
  public static let table = ConfigTable(
    GradientDescent(),
    .learningRate(\.learningRate),
    .group(UpdateOptions.table, at: \.updates))

  public private(set) var learningRate: Double
  public private(set) var updates: UpdateOptions

  public init(learningRate: Double = 0.01, updates: UpdateOptions = UpdateOptions()) {
    self.learningRate = learningRate
    self.updates = updates
  }

  public var keras: KerasOptimizer { keras("SGD") }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    kernels.descentUpdate(piece, rate: coefficients.rate)
  }
}

extension Optimizer where Self == GradientDescent {
  /// w ← w − rate·g
  public static func gradientDescent(
    learningRate: Double = 0.01, updates: UpdateOptions = UpdateOptions()
  ) -> GradientDescent {
    GradientDescent(learningRate: learningRate, updates: updates)
  }
}
