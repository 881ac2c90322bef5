/// A rule that changes parameters by their gradient.
///
/// The trainer hands it the parameter vector piece by piece, together with the piece's summed gradient and
/// its slots (the optimizer's memory, vectors with the parameters' layout), from any thread.
///
/// To add one: conform in a file of its own and add the type to `Registries.optimizers`.
public protocol Optimizer: ConfigComponent {
  /// The rate before any schedule.
  var learningRate: Double { get }

  /// What is done around the optimizer's own formula.
  var updates: UpdateOptions { get }

  /// The slots' names in Keras' terms: "momentum", "velocity". A piece has the first four.
  var slots: [String] { get }

  /// The slots as Keras' file has them: of a group all slots of one parameter stand together, and one group
  /// comes after the other. All in one group, unless said otherwise.
  var slotGroups: [[String]] { get }

  /// What a slot holds before the first step.
  func initialValue(ofSlot slot: Int) -> Float

  /// Numbers that Keras' file has after the slots.
  /// - Parameter iteration: updates done.
  func scalars(iteration: Int) -> [Float]

  /// The optimizer in Keras' terms, for the file.
  var keras: KerasOptimizer { get }

  /// Numbers that are the same for the whole step, computed once; kernels find them in `update`.
  /// - Parameters:
  ///   - rate: this step's learning rate.
  ///   - iteration: 1 for the first update.
  func coefficients(rate: Float, iteration: Int) -> StepCoefficients

  /// Updates a piece of the parameters and its slots.
  /// - Returns: Σ g² of the piece's summed gradient, which kernels of updates return.
  func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float
}

/// What an optimizer needs to know of a step.
public struct StepCoefficients: Sendable {
  /// The learning rate, with whatever factor the optimizer folds into it.
  public var rate: Float

  /// Further numbers of an optimizer that needs some.
  public var others: SIMD4<Float>

  public init(rate: Float, others: SIMD4<Float> = .zero) {
    self.rate = rate
    self.others = others
  }
}

extension Optimizer {
  public var updates: UpdateOptions { UpdateOptions() }
  public var slots: [String] { [] }
  public var slotGroups: [[String]] { [slots] }
  public func initialValue(ofSlot slot: Int) -> Float { 0 }
  public func scalars(iteration: Int) -> [Float] { [] }
  public func coefficients(rate: Float, iteration: Int) -> StepCoefficients {
    StepCoefficients(rate: rate)
  }
}
