import Kernels

/// w ← w − rate·g
///
/// Stochastic over mini-batches; the whole gradient with `batch_size: all`.
public struct GradientDescent: Optimizer {
  public static let kind = "gradient_descent"
  public static let summary = "w ← w − rate·g"
  public static let keys = [learningRateKey(default: 0.01)]

  public let learningRate: Double

  public init(learningRate: Double = 0.01) { self.learningRate = learningRate }
  public init(options: ConfigOptions) { learningRate = options.number("learning_rate") }
  public var options: ConfigMap { ["learning_rate": .number(learningRate)] }

  public var keras: KerasOptimizer { KerasOptimizer("SGD", options) }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) {
    kernels.descentUpdate(piece, rate: coefficients.rate)
  }
}

extension Optimizer where Self == GradientDescent {
  /// w ← w − rate·g
  public static func gradientDescent(learningRate: Double = 0.01) -> GradientDescent {
    GradientDescent(learningRate: learningRate)
  }
}
