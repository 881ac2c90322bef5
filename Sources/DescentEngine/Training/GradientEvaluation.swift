import Foundation

/// The cost and its gradient at given parameters, over a data set or one mini-batch of it, without an update.
///
/// The ordinary training step computes them, with an optimizer that takes the gradient and moves nothing: class
/// and sample weights, penalties, dropout and batch statistics are those of training. Dropout and noise follow
/// from the seed, the epoch and the mini-batch, so that evaluations of the same (epoch, batch) draw the same.
/// Results do not depend on threads. Not `Sendable`: use one from one task at a time.
public final class GradientEvaluation {
  /// What an evaluation came to.
  public struct Result: Sendable, Equatable {
    /// Σ wᵢ·ℓᵢ / N over the rows, without the penalty; summed in `Double`.
    public var cost: Double
    /// The penalty for the parameters' size.
    public var penalty: Double
    /// What training makes small.
    public var total: Double { cost + penalty }
  }

  public let network: Network
  /// Where the next evaluation takes place. Moving averages in it change as in training.
  package let parameters: Parameters
  /// The last evaluation's gradient of cost and penalty: a vector with the layout of the trainable parameters.
  package let gradient: AlignedFloats
  private let engine: TrainingEngine
  private let capture = GradientCapture()

  /// Evaluates as a trainer trains, at a copy of its parameters.
  ///
  /// - Parameters:
  ///   - dataset: rows with targets.
  ///   - batchSize: rows in a mini-batch: activations and gradients are in memory for so many; nil for the
  ///     trainer's.
  /// - Throws: where network, cost and data do not fit.
  public convenience init(
    _ trainer: Trainer, on dataset: Dataset, batchSize: BatchSize? = nil
  ) throws(DescentError) {
    try self.init(
      network: trainer.network, parameters: trainer.parameters.copy(),
      configuration: trainer.configuration, dataset: dataset, batchSize: batchSize,
      threads: trainer.threads, kernels: trainer.kernels)
  }

  /// Evaluates at parameters that the caller sets.
  ///
  /// - Parameter parameters: kept, not copied; after a change from outside, `renewCopies` has to follow.
  package init(
    network: Network, parameters: Parameters, configuration: TrainingConfiguration,
    dataset: Dataset, batchSize: BatchSize? = nil, threads: Int, kernels: KernelSet
  ) throws(DescentError) {
    var configuration = configuration
    configuration.metrics = []
    configuration.optimizer = capture
    configuration.schedule = ConstantSchedule()
    configuration.earlyStopping = nil
    if let batchSize { configuration.batchSize = batchSize }
    let form = try configuration.cost.form(
      of: dataset, role: "training", network: network, metrics: [])
    try dataset.checkSampleWeights()
    try configuration.checkAugmentation(of: dataset)
    configuration.classWeights = try configuration.classWeights.map {
      weights throws(DescentError) in try weights.resolved(for: dataset.targets)
    }
    self.network = network
    self.parameters = parameters
    gradient = AlignedFloats(count: network.layout.trainableCount)
    engine = try TrainingEngine(
      network: network, parameters: parameters, slots: [gradient], configuration: configuration,
      form: form, dataset: dataset, state: RunState(), history: History(), kernels: kernels,
      threads: threads, control: TrainingControl())
  }

  package var kernels: KernelSet { engine.kernels }

  /// Rows in the data set.
  public var rowCount: Int { engine.rowsPerEpoch }

  /// Mini-batches in the data set.
  public var batchCount: Int { engine.batchesPerEpoch }

  /// Why rows could not be had, where that is so.
  public var failure: DescentError? { engine.failure }

  /// Evaluates on one mini-batch, as an epoch's shuffle makes it.
  /// - Throws: `usage` where there is no such mini-batch; where its rows cannot be had.
  public func evaluate(batch: Int, epoch: Int = 0) throws(DescentError) -> Result {
    guard (0..<batchCount).contains(batch) else {
      throw DescentError(
        .usage, "there is no batch \(batch)", advice: "there are \(batchCount), numbered from 0")
    }
    clear()
    let sums = add(batch: batch, epoch: epoch, share: 1)
    if let failure { throw failure }
    return Result(cost: sums.cost / sums.rows, penalty: sums.penalty / sums.rows)
  }

  /// Evaluates on all rows, mini-batch after mini-batch: row-weighted means, so that without layers that look
  /// across samples neither cost nor gradient depends on the batch size but for rounding. No numbers where rows cannot be
  /// had: `failure` says why.
  public func evaluate(epoch: Int = 0) -> Result {
    clear()
    var result = Result(cost: 0, penalty: 0)
    let count = Double(engine.rowsPerEpoch)
    for batch in 0..<batchCount {
      let rows = min(engine.batchRows, engine.rowsPerEpoch - batch * engine.batchRows)
      let sums = add(batch: batch, epoch: epoch, share: Double(rows) / count)
      result.cost += sums.cost / count
      result.penalty += sums.penalty / count
    }
    return result
  }

  /// Takes other parameters of the same network for the next evaluation.
  package func move(to other: Parameters) {
    parameters.values.base.update(from: other.values.base, count: other.values.count)
    parameters.copies.base.update(from: other.copies.base, count: other.copies.count)
  }

  /// The gradient of one parameter, row-major without padding.
  public func gradient(of entry: ParameterLayout.Entry) -> [Float] { entry.elements(in: gradient) }

  private func clear() { gradient.base.update(repeating: 0, count: gradient.count) }

  private func add(batch: Int, epoch: Int, share: Double) -> (
    cost: Double, penalty: Double, rows: Double
  ) {
    capture.share = share
    engine.history = History()
    engine.state = RunState()
    engine.state.epoch = epoch
    engine.state.batch = batch
    engine.state.step = batch
    // A deadline long past: one batch.
    _ = engine.run(until: 0)
    let state = engine.state
    guard engine.failure == nil else { return (.nan, .nan, 1) }
    return (state.costSum, state.penaltySum, Double(state.rowsInEpoch))
  }
}
