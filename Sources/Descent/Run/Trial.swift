/// A training that is tried out for what it comes to: what a search, a tuning or folds are made of.
///
/// It begins with the weights that a trainer has, and never moves them. It may be run on from where it stands.
public final class Trial {
  /// How a run of it ended.
  public enum End: Sendable, Equatable {
    /// It has come as far as it was to.
    case complete
    case stoppedEarly
    /// The cost of a batch was no longer a number.
    case diverged(step: Int, cost: Double)
  }

  /// The trainer, with weights of its own; prepared.
  public let trainer: Trainer
  private let training: Dataset
  private let validation: Dataset?
  /// How it has ended so far; nil before it was run.
  public private(set) var end: End?

  /// - Parameters:
  ///   - trainer: what it begins as.
  ///   - training: the rows to train on; `validation` those that judge, where there are some.
  ///   - change: what of the configuration is another: of an optimizer the numbers, not the kind or the slots.
  /// - Throws: where rows and configuration do not fit each other.
  public init(
    of trainer: Trainer, on training: Dataset, validation: Dataset? = nil,
    _ change: (inout TrainingConfiguration) throws(DescentError) -> Void = { _ in }
  ) throws(DescentError) {
    var configuration = trainer.configuration
    configuration.best = nil
    try change(&configuration)
    self.trainer = try trainer.trial(configuration)
    (self.training, self.validation) = (training, validation)
    try self.trainer.prepare(on: training, validation: validation)
  }

  /// The seeds of trials that differ by nothing else; the first is the run's own.
  static func seed(_ number: Int, of seed: UInt64) -> UInt64 {
    (seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15) & UInt64(Int.max)
  }

  /// Trains until so many steps are done in all, or until it ends.
  ///
  /// - Parameter wholeEpochs: whether the epoch in which the last of them falls is completed.
  @discardableResult
  public func run(steps: Int, wholeEpochs: Bool = true) throws(DescentError) -> End {
    while trainer.state.step < steps {
      guard !trainer.state.earlyStopping.hasStopped else { return end(.stoppedEarly) }
      // A deadline long past: one batch.
      if case .diverged(let step, let cost) = try trainer.advance(until: wholeEpochs ? nil : 0) {
        return end(.diverged(step: step, cost: cost))
      }
    }
    return end(trainer.state.earlyStopping.hasStopped ? .stoppedEarly : .complete)
  }

  private func end(_ end: End) -> End {
    self.end = end
    return end
  }

  /// The lowest cost of its epochs, on the rows that validate where there are some; within the first epoch that of the
  /// weights as they are, or of that epoch's batches; infinite where it has diverged.
  public func cost() throws(DescentError) -> Double {
    if case .diverged = end { return .infinity }
    let costs = trainer.history.epochs.map { $0.validationCost ?? $0.cost }
    if !costs.isEmpty { return costs.reduce(.infinity) { $1 < $0 ? $1 : $0 } }
    let state = trainer.state
    if validation == nil, state.batch > 0 { return state.costSum / Double(state.rowsInEpoch) }
    return try trainer.model.evaluate(
      on: validation ?? training, cost: trainer.configuration.cost, metrics: [],
      threads: trainer.threads
    ).cost
  }
}

extension TrainingConfiguration {
  /// Leaves out the metrics that nothing decides by: they take time.
  mutating func dropUnwatchedMetrics() {
    let watched = [earlyStopping?.monitor, schedule.monitoredColumn]
    metrics.removeAll {
      !watched.contains($0.name) && !watched.contains("validation_" + $0.name)
    }
  }
}

extension Trainer {
  /// A trainer that begins where this one stands, with copies of its parameters, and of its optimizer's state where the
  /// other optimizer has such a state.
  fileprivate func trial(_ configuration: TrainingConfiguration) throws(DescentError) -> Trainer {
    let trial = try Trainer(
      network, configuration: configuration, threads: threads, kernels: kernels)
    trial.parameters.values.base.update(
      from: parameters.values.base, count: parameters.values.count)
    trial.parameters.renewCopies(kernels: kernels)
    if configuration.optimizer.allSlots == self.configuration.optimizer.allSlots {
      for (copy, slot) in zip(trial.slots, slots) {
        copy.base.update(from: slot.base, count: slot.count)
      }
    }
    trial.state.priorSteps = state.step > 0 ? state.iteration : state.priorSteps
    trial.keepsNormalization = keepsNormalization || state.step > 0
    trial.isTrial = true
    trial.exchange = exchange
    return trial
  }
}
