import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// The sequence of epochs: pulled, broken off, cancelled, stopped and diverged.
@Suite struct TrainingEpochsTests {
  private static func trainer(rate: Double = 0.01) throws -> Trainer {
    try Trainer(
      Network(input: [11]) {
        Dense(8, activation: .relu)
        Dense(3, activation: .softmax)
      },
      cost: .categoricalCrossEntropy, optimizer: .momentum(learningRate: rate),
      schedule: .cosine(), metrics: [Accuracy()], seed: 1, threads: 2)
  }

  private static let rows = classRows(100)

  private static func whole() async throws -> RunBits {
    let trainer = try trainer()
    for try await _ in trainer.train(on: rows, epochs: 4, batchSize: 16) {}
    return RunBits(trainer)
  }

  @Test func deliversEveryEpochOnce() async throws {
    let trainer = try Self.trainer()
    var numbers: [Int] = []
    for try await epoch in trainer.train(
      on: Self.rows, validation: classRows(30, seed: 2), epochs: 4, batchSize: 16)
    {
      numbers.append(epoch.number)
      #expect(trainer.history.epochs.last == epoch)
      #expect(trainer.state.epoch == epoch.number)
      #expect(epoch.validationCost != nil && epoch.validationMetrics.count == 1)
      #expect(epoch.samplesPerSecond > 0 && epoch.seconds > 0)
    }
    #expect(numbers == [1, 2, 3, 4])
    #expect(trainer.history.stepCosts.count == 4 * 7)
    #expect(trainer.state.samples == 400)
    #expect(trainer.control.progress.step == 28)
  }

  @Test func theEpochsCostIsTheRowWeightedMean() async throws {
    let trainer = try Self.trainer()
    for try await epoch in trainer.train(on: Self.rows, epochs: 1, batchSize: 16) {
      let sizes = [16, 16, 16, 16, 16, 16, 4]
      let sum = zip(trainer.history.stepCosts, sizes).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(epoch.cost - sum / 100) < 1e-6)
    }
  }

  @Test func breakingOffStandsAtTheLastEpochAndGoesOn() async throws {
    let trainer = try Self.trainer()
    for try await epoch in trainer.train(on: Self.rows, epochs: 4, batchSize: 16)
    where epoch.number == 2 { break }
    #expect(trainer.state.epoch == 2 && trainer.state.batch == 0)
    var numbers: [Int] = []
    for try await epoch in trainer.train(on: Self.rows, epochs: 4, batchSize: 16) {
      numbers.append(epoch.number)
    }
    #expect(numbers == [3, 4])
    #expect(RunBits(trainer) == (try await Self.whole()))
  }

  @Test func doneEpochsAreNotDoneAgain() async throws {
    let trainer = try Self.trainer()
    for try await _ in trainer.train(on: Self.rows, epochs: 2, batchSize: 16) {}
    let bits = RunBits(trainer)
    for epochs in [2, 1, 0, -3] {
      for try await _ in trainer.train(on: Self.rows, epochs: epochs) { Issue.record("an epoch") }
    }
    #expect(RunBits(trainer) == bits)
  }

  @Test func aStopEndsAfterTheBatchAndGoesOn() async throws {
    let trainer = try Self.trainer()
    let sequence = trainer.train(on: Self.rows, epochs: 4, batchSize: 16)
    var iterator = sequence.makeAsyncIterator()
    _ = try await iterator.next()
    trainer.control.requestStop()
    // It comes between two epochs: nothing more is done.
    #expect(try await iterator.next() == nil)
    #expect(trainer.state.step == 7)
    #expect(!trainer.control.isStopRequested)
    #expect(try await iterator.next()?.number == 2)
    for try await _ in trainer.train(on: Self.rows, epochs: 4, batchSize: 16) {}
    #expect(RunBits(trainer) == (try await Self.whole()))
  }

  /// Cancelled at some moment, whichever it is, the run stands after a batch and another sequence finishes it.
  @Test(arguments: 0..<12)
  func cancellationEndsTheSequenceAndNotTheRun(delay: Int) async throws {
    let box = Box(try Self.trainer())
    let task = Task {
      var count = 0
      for try await _ in box.trainer.train(on: Self.rows, epochs: 4, batchSize: 16) { count += 1 }
      return count
    }
    for _ in 0..<(delay * 20) { await Task.yield() }
    task.cancel()
    let first = try await task.value
    #expect(first == box.trainer.state.epoch)
    var second = 0
    for try await _ in box.trainer.train(on: Self.rows, epochs: 4, batchSize: 16) { second += 1 }
    #expect(first + second == 4)
    #expect(RunBits(box.trainer) == (try await Self.whole()))
  }

  @Test func divergenceIsAnErrorAndStaysOne() async throws {
    // One batch an epoch: the batch that diverges is also the epoch's last.
    for batchSize: BatchSize in [16, .all] {
      let trainer = try Self.trainer(rate: 1e30)
      let sequence = trainer.train(on: Self.rows, epochs: 50, batchSize: batchSize)
      for _ in 0..<2 {
        let error = await #expect(throws: DescentError.self) {
          for try await _ in sequence {}
        }
        #expect(error?.kind == .diverged)
        #expect(error?.exitCode == 75)
        #expect(
          error?.description.hasPrefix("the cost became ") == true
            && error?.description.hasSuffix("; try a smaller learning rate") == true,
          "\(error.map { "\($0)" } ?? "none")")
      }
      #expect(trainer.history.stepCosts.last?.isFinite == false)
      #expect(trainer.history.stepCosts.dropLast().allSatisfy { $0.isFinite })
    }
  }
}

/// Hands a trainer to one task and back.
private final class Box: @unchecked Sendable {
  let trainer: Trainer
  init(_ trainer: Trainer) { self.trainer = trainer }
}
