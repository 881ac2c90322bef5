import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

@Suite struct BestRuleTests {
  struct Case: Sendable {
    var values: [Double]
    var count = 1
    var biggerIsBetter = false
    /// Epochs from 1, the best first.
    var best: [Int]
  }

  @Test(arguments: [
    Case(values: [3, 2, 4, 2], best: [2]), Case(values: [3, 2, 4, 1], best: [4]),
    Case(values: [3, 2, 4, 2], count: 3, best: [2, 4, 1]),
    Case(values: [1, 5, 3, 5, 6], count: 2, biggerIsBetter: true, best: [5, 2]),
    Case(values: [.nan, .nan], best: []), Case(values: [.nan, 2, .nan, 3], best: [2]),
    Case(values: [.nan, 2, .nan, 3], count: 5, biggerIsBetter: true, best: [4, 2]),
    Case(values: [.infinity, 1e308, .nan], count: 2, best: [2, 1]),
  ])
  func theBestAreKept(test: Case) {
    var best: [BestEpoch] = []
    let rule = BestRule(count: test.count)
    for (index, value) in test.values.enumerated() {
      rule.observe(
        BestEpoch(value: value, epoch: index + 1, step: 10 * (index + 1)),
        biggerIsBetter: test.biggerIsBetter, in: &best)
    }
    #expect(best.map(\.epoch) == test.best)
    #expect(best.map(\.value) == test.best.map { test.values[$0 - 1] })
  }

  /// Every kind of difference that there can be between what an epoch's batches cost and what its last weights do.
  @Test(
    arguments: [
      "full batch", "mini-batches", "dropout", "average", "class weights",
    ],
    [
      BestRule(monitor: "cost"), BestRule(monitor: "accuracy"),
      BestRule(monitor: "cost", count: 4),
    ])
  func theBestIsTheModelThatWasMeasured(kind: String, rule: BestRule) async throws {
    let rows = classRows(60)
    let optimizer: any Optimizer =
      kind == "average"
      ? Adam(learningRate: 0.2, updates: UpdateOptions(useEMA: true, emaMomentum: 0.5))
      : Momentum(learningRate: 0.6, momentum: 0.9)
    let trainer = try Trainer(
      Network(input: [11]) {
        Dense(16, activation: .relu)
        Dropout(kind == "dropout" ? 0.5 : 0)
        Dense(3, activation: .softmax)
      }, cost: .categoricalCrossEntropy,
      optimizer: optimizer, metrics: [Accuracy()], seed: 3, best: rule,
      classWeights: kind == "class weights" ? .numbers([1, 5, 0.5]) : nil, threads: 2)
    var values: [Double] = []
    for try await _ in trainer.train(
      on: rows, epochs: 12, batchSize: kind == "full batch" ? .all : 16)
    {
      let (cost, metrics) = try trainer.model.evaluate(
        on: rows, cost: trainer.configuration.cost, metrics: [Accuracy()])
      values.append(rule.monitor == "accuracy" ? metrics[0] : cost)
      let isBest = values.dropLast().allSatisfy {
        rule.monitor == "accuracy" ? $0 < values[values.count - 1] : $0 > values[values.count - 1]
      }
      #expect(trainer.isAtBest == isBest)
    }
    #expect(trainer.state.best.count == rule.count)
    #expect(trainer.state.best.map(\.value) == trainer.state.best.map { values[$0.epoch - 1] })
    let sorted = values.sorted()
    let wanted = rule.monitor == "accuracy" ? sorted.reversed() : sorted
    #expect(trainer.state.best.map(\.value) == Array(wanted.prefix(rule.count)))
  }

  @Test func theValidationRowsJudgeWhereThereAreAny() async throws {
    let trainer = try Trainer(
      Network(input: [11]) { Dense(3, activation: .softmax) }, cost: .categoricalCrossEntropy,
      optimizer: .adam(learningRate: 0.3), metrics: [Accuracy()],
      best: BestRule(monitor: "validation_accuracy", count: 2), threads: 1)
    for try await _ in trainer.train(
      on: classRows(60), validation: classRows(30, seed: 9), epochs: 8, batchSize: 16)
    {}
    let values = trainer.history.epochs.map { $0.validationMetrics[0] }
    #expect(trainer.state.bestValue == values.max())
    #expect(trainer.state.bestEpoch == values.firstIndex(of: values.max() ?? 0).map { $0 + 1 })
  }

  @Test(arguments: [
    ("gradient_norm", "is nothing that weights can be judged by"),
    ("validation_cost", "which this run does not have"),
    ("acuracy", "which this run does not have"),
  ])
  func whatJudgesNothingIsRefused(monitor: String, problem: String) throws {
    let trainer = try Trainer(
      Network(input: [11]) { Dense(3, activation: .softmax) }, cost: .categoricalCrossEntropy,
      optimizer: .adam(), metrics: [Accuracy()], best: BestRule(monitor: monitor), threads: 1)
    do throws(DescentError) {
      try trainer.prepare(on: classRows(60), batchSize: 16, horizon: 1)
      Issue.record("it is taken")
    } catch {
      #expect(error.kind == .invalidInput && error.place == "checkpoint.monitor")
      #expect(error.problem.contains(problem) && error.advice == "it has cost, accuracy")
    }
  }

  /// Nor is one on the training rows, unless a figure of theirs is named.
  @Test(arguments: [nil, BestRule()]) func noneIsJudgedWhereNoneIsAskedFor(rule: BestRule?)
    async throws
  {
    let trainer = try Trainer(
      Network(input: [11]) { Dense(3, activation: .softmax) }, cost: .categoricalCrossEntropy,
      optimizer: .adam(), best: rule, threads: 1)
    for try await _ in trainer.train(on: classRows(60), epochs: 2) { #expect(!trainer.isAtBest) }
    #expect(trainer.state.best.isEmpty && trainer.judgement == nil)
  }
}
