import Kernels
import Testing

@testable import Descent
@testable import DescentEngine

/// What an evaluation says the gradient is, is what training steps along.
@Suite struct GradientEvaluationTests {
  private static func trainer(
    dropout: Double = 0, regularizer: (any Regularizer)? = nil, isNormalized: Bool = false,
    batchSize: BatchSize = .all, threads: Int = 2
  ) throws -> Trainer {
    let trainer = try Trainer(
      Network(input: [11]) {
        Normalization()
        Dense(21, activation: .tanh, kernelRegularizer: regularizer, kernelConstraint: MaxNorm(0.1))
        if isNormalized { BatchNormalization() }
        Dropout(dropout)
        Dense(3, activation: .softmax, biasRegularizer: regularizer)
      },
      cost: .categoricalCrossEntropy, optimizer: .gradientDescent(learningRate: 1), seed: 3,
      classWeights: .balanced, threads: threads)
    try trainer.prepare(on: classRows(107), batchSize: batchSize, horizon: 1)
    return trainer
  }

  private static func bits(_ floats: AlignedFloats) -> [UInt32] {
    UnsafeBufferPointer(start: floats.base, count: floats.count).map(\.bitPattern)
  }

  /// With a rate of 1 a step of plain descent takes off the gradient itself; constraints come after it, so that
  /// the parameter which has none is compared.
  @Test(arguments: [BatchSize.all, 16])
  func isWhatAStepTakesOff(batchSize: BatchSize) throws {
    let trainer = try Self.trainer(
      dropout: 0.3, regularizer: L2(0.05), isNormalized: true, batchSize: batchSize)
    let evaluation = try GradientEvaluation(trainer, on: classRows(107))
    let result = try evaluation.evaluate(batch: 0)
    let entry = try #require(trainer.network.layout.entries(of: 4).first)
    let before = trainer.parameters.elements(of: entry)
    _ = try trainer.advance(until: 0)
    let after = trainer.parameters.elements(of: entry)
    let gradient = evaluation.gradient(of: entry)
    #expect(gradient.contains { abs($0) > 1e-3 })
    for (index, value) in gradient.enumerated() {
      #expect(after[index] == before[index] - value)
    }
    #expect(Float(result.cost) == trainer.history.stepCosts[0])
    if batchSize == .all {
      let record = try #require(trainer.history.epochs.first)
      #expect(result.cost == record.cost && result.penalty == record.penalty)
    }
  }

  @Test func movesNothing() throws {
    let trainer = try Self.trainer(regularizer: L1(0.01))
    let evaluation = try GradientEvaluation(trainer, on: classRows(107), batchSize: 16)
    let before = (Self.bits(evaluation.parameters.values), Self.bits(trainer.parameters.values))
    let first = evaluation.evaluate()
    #expect(Self.bits(evaluation.parameters.values) == before.0)
    #expect(Self.bits(trainer.parameters.values) == before.1)
    let gradient = Self.bits(evaluation.gradient)
    #expect(evaluation.evaluate() == first)
    #expect(Self.bits(evaluation.gradient) == gradient)
  }

  /// A ragged last mini-batch counts by its rows.
  @Test(arguments: [1, 16, 53, 106])
  func batchesAddUpToTheWhole(rows: Int) throws {
    let trainer = try Self.trainer(regularizer: L1L2(l1: 0.01, l2: 0.02))
    let whole = try GradientEvaluation(trainer, on: classRows(107), batchSize: .all)
    let parts = try GradientEvaluation(trainer, on: classRows(107), batchSize: .rows(rows))
    #expect(parts.batchCount == (107 + rows - 1) / rows)
    let (one, other) = (whole.evaluate(), parts.evaluate())
    #expect(abs(one.cost - other.cost) < 1e-6 && abs(one.penalty - other.penalty) < 1e-6)
    #expect(one.penalty > 0.01)
    for entry in trainer.network.layout.entries where entry.specification.isTrainable {
      for (a, b) in zip(whole.gradient(of: entry), parts.gradient(of: entry)) {
        #expect(abs(a - b) < 2e-6)
      }
    }
  }

  @Test(arguments: [2, 3, 5])
  func threadsDoNotMatter(threads: Int) throws {
    func bits(_ threads: Int) throws -> [UInt32] {
      let trainer = try Self.trainer(
        dropout: 0.3, regularizer: L2(0.05), isNormalized: true, threads: threads)
      let evaluation = try GradientEvaluation(trainer, on: classRows(107), batchSize: 33)
      let result = evaluation.evaluate(epoch: 2)
      return Self.bits(evaluation.gradient) + [Float(result.total).bitPattern]
    }
    #expect(try bits(threads) == bits(1))
  }

  @Test func dropoutFollowsFromEpochAndBatch() throws {
    let trainer = try Self.trainer(dropout: 0.5, batchSize: 16)
    let evaluation = try GradientEvaluation(trainer, on: classRows(107))
    func cost(_ batch: Int, _ epoch: Int) throws -> Double {
      try evaluation.evaluate(batch: batch, epoch: epoch).cost
    }
    let first = try cost(0, 0)
    #expect(try cost(1, 0) != first && cost(0, 1) != first)
    #expect(try cost(0, 0) == first)
  }
}
