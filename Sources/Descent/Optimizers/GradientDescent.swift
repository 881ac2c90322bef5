import Kernels

/// w ← w − rate·g
///
/// Stochastic over mini-batches; the whole gradient with `batch_size: all`.
public struct GradientDescent: Optimizer {
  public static let kind = "gradient_descent"
  public static let summary = "w ← w − rate·g"
  public static let keys = [learningRateKey(default: 0.01)] + UpdateOptions.keys()

  public let learningRate: Double
  public let updates: UpdateOptions

  public init(learningRate: Double = 0.01, updates: UpdateOptions = UpdateOptions()) {
    self.learningRate = learningRate
    self.updates = updates
  }

  public init(options: ConfigOptions) throws(DescentError) {
    learningRate = try options.learningRate()
    updates = try UpdateOptions(options)
  }

  private var own: ConfigMap { ["learning_rate": .number(learningRate)] }
  public var options: ConfigMap { own.merging(updates.options) }

  public var keras: KerasOptimizer { KerasOptimizer("SGD", own.merging(updates.keras)) }

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
