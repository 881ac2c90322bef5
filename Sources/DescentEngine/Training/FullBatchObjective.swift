/// Cost and penalty of all training rows as a function of the parameters, with its gradient.
///
/// The ordinary training step computes both; dropout and noise are the same at every place within an epoch, and
/// moving averages are those of the epoch's own step. Results do not depend on threads.
public final class FullBatchObjective {
  /// The trainable parameters. After a change they have to be evaluated.
  public let parameters: FlatVector
  /// The optimizer's slots; the first holds the gradient at the place last evaluated.
  public let slots: [FlatVector]
  /// Vectors to work with.
  public let scratch: (FlatVector, FlatVector, FlatVector)
  /// What training makes small, at the place last evaluated.
  public private(set) var value = 0.0

  private let engine: TrainingEngine
  private let memory: Parameters
  private let scratchMemory: [AlignedFloats]
  private let kernels: KernelSet
  private var state = RunState()

  /// - Parameter engine: its optimizer leaves the gradient in its first slot, and moves nothing.
  init(_ engine: TrainingEngine) {
    self.engine = engine
    memory = engine.parameters
    kernels = engine.kernels
    let count = memory.layout.trainableCount
    let scratchMemory = (0..<3).map { _ in AlignedFloats(count: count) }
    self.scratchMemory = scratchMemory
    func vector(_ memory: AlignedFloats) -> FlatVector {
      FlatVector(memory, count: count, kernels: engine.kernels)
    }
    parameters = vector(memory.values)
    slots = engine.slots.compactMap { $0 }.map(vector)
    scratch = (vector(scratchMemory[0]), vector(scratchMemory[1]), vector(scratchMemory[2]))
  }

  /// Lets an optimizer move after an epoch's step, whose records are taken from the engine already.
  ///
  /// - Parameter state: the run's, after the step.
  package func move(_ optimizer: any FullBatchOptimizer, after state: RunState) {
    self.state = state
    self.state.step -= 1
    self.state.batch = 0
    value = Self.value(state)
    let start = memory.layout.trainableCount
    let others = (start..<memory.layout.totalCount).map { memory.values.base[$0] }
    optimizer.move(self, rate: state.lastRate)
    for (offset, element) in others.enumerated() { memory.values.base[start + offset] = element }
    memory.renewCopies(kernels: kernels)
  }

  /// Evaluates at the parameters as they are.
  /// - Returns: the value, which may be infinite or no number, as it is where the rows cannot be had.
  public func evaluate() -> Double {
    memory.renewCopies(kernels: kernels)
    engine.state = state
    engine.history = History()
    _ = engine.run()
    value = engine.failure == nil ? Self.value(engine.state) : .nan
    return value
  }

  /// The mean of cost and penalty over the rows of the epoch under way.
  private static func value(_ state: RunState) -> Double {
    (state.costSum + state.penaltySum) / Double(state.rowsInEpoch)
  }
}
