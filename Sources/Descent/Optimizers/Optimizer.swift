import Kernels

/// A rule that changes parameters by their gradient.
///
/// The trainer hands it the parameter vector piece by piece, together with the piece's summed gradient and
/// its slots (the optimizer's memory, vectors with the parameters' layout), from any thread.
///
/// To add one: conform in a file of its own and add the type to `Registries.optimizers`.
public protocol Optimizer: ConfigComponent {
  /// The rate before any schedule.
  var learningRate: Double { get }

  /// The slots' names in Keras' terms: "momentum", "velocity". At most two.
  var slots: [String] { get }

  /// The optimizer in Keras' terms, for the file.
  var keras: KerasOptimizer { get }

  /// Numbers that are the same for the whole step, computed once; kernels find them in `update`.
  /// - Parameters:
  ///   - rate: this step's learning rate.
  ///   - iteration: 1 for the first step.
  func coefficients(rate: Float, iteration: Int) -> StepCoefficients

  /// Updates a piece of the parameters and its slots.
  func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet)
}

/// What an optimizer needs to know of a step.
public struct StepCoefficients: Sendable {
  /// The learning rate, with whatever factor the optimizer folds into it.
  public var rate: Float

  public init(rate: Float) { self.rate = rate }
}

extension Optimizer {
  public var slots: [String] { [] }
  public func coefficients(rate: Float, iteration: Int) -> StepCoefficients {
    StepCoefficients(rate: rate)
  }

  /// The key that every optimizer has.
  public static func learningRateKey(default rate: Double) -> ConfigKey {
    ConfigKey(
      "learning_rate", .number(.above(0)), default: .number(rate), "The rate before any schedule.")
  }
}
