import Dispatch

/// The epochs of a training run. Pull-driven: an epoch runs when it is asked for; after `break` the trainer
/// stands at the last epoch delivered. Cancelling the task ends the run after the current batch.
public struct TrainingEpochs: AsyncSequence {
  /// Where epochs run: a thread of Swift's cooperative pool, of which there is one for each core, would be held for as
  /// long as an epoch takes.
  private static let queue = DispatchQueue(label: "descent.epochs", attributes: .concurrent)

  public typealias Element = EpochRecord
  public typealias Failure = DescentError

  package let trainer: Trainer
  package let training: Dataset
  package let validation: Dataset?
  package let epochs: Int
  package let batchSize: BatchSize

  public func makeAsyncIterator() -> Iterator { Iterator(sequence: self) }

  public struct Iterator: AsyncIteratorProtocol {
    package let sequence: TrainingEpochs
    private var isPrepared = false

    init(sequence: TrainingEpochs) { self.sequence = sequence }

    public mutating func next() async throws -> EpochRecord? {
      try await next(isolation: nil)
    }

    /// - Throws: where network, cost and data do not fit, or the run diverges.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(DescentError) -> EpochRecord? {
      let trainer = sequence.trainer
      let control = trainer.control
      guard trainer.state.epoch < sequence.epochs else { return nil }
      if !isPrepared {
        try trainer.prepare(
          on: sequence.training, validation: sequence.validation, batchSize: sequence.batchSize,
          horizon: sequence.epochs)
        try trainer.checkPlan(epochs: sequence.epochs)
        isPrepared = true
      }
      // A request that came with an epoch's last batch is answered by this end.
      guard !Task.isCancelled, !control.isStopRequested else {
        control.clearStop()
        return nil
      }
      guard !trainer.state.earlyStopping.hasStopped else { return nil }
      let advance = await withTaskCancellationHandler {
        await Self.advance(trainer)
      } onCancel: {
        control.requestStop()
      }
      switch try advance.get() {
      case .epoch(let record):
        // Cancellation ends this sequence by itself; its request must not end the next one.
        if Task.isCancelled { control.clearStop() }
        return record
      case .stopped, .paused:
        control.clearStop()
        return nil
      case .diverged(let step, let cost):
        throw DescentError(
          .diverged, "the cost became \(cost) in step \(step)",
          advice: step > 1
            ? "try a smaller learning rate"
            : "nothing had been learnt yet: scale inputs and targets, or begin with smaller weights"
        )
      }
    }

    private static func advance(
      _ trainer: Trainer
    ) async -> Result<Trainer.Advance, DescentError> {
      // Nobody else touches it meanwhile: its owner waits here.
      nonisolated(unsafe) let trainer = trainer
      return await withUnsafeContinuation { continuation in
        TrainingEpochs.queue.async {
          continuation.resume(
            returning: Result { () throws(DescentError) in try trainer.advance() })
        }
      }
    }
  }
}
