import Testing

@testable import Descent
@testable import DescentEngine

@Suite struct EarlyStoppingTests {
  struct Case: Sendable {
    var rule: EarlyStopping
    var values: [Double]
    var biggerIsBetter = false
    /// The epoch, from 1, after which it stops.
    var stops: Int?
    var best: Double?
  }

  /// As Keras' `EarlyStopping` does with the same values, but that a value which is no number (NaN) is none that has
  /// not improved.
  @Test(arguments: [
    Case(rule: EarlyStopping(patience: 2), values: [3, 2, 2, 2, 1], stops: 4, best: 2),
    Case(
      rule: EarlyStopping(patience: 2), values: [3, 2, 2.5, 1, 1.5, 0.5], stops: nil, best: 0.5),
    Case(rule: EarlyStopping(patience: 1), values: [3, 3], stops: 2, best: 3),
    Case(rule: EarlyStopping(patience: 0), values: [3, 2, 2], stops: 3, best: 2),
    Case(
      rule: EarlyStopping(patience: 2, minimumDelta: 0.5), values: [3, 2.75, 2.6, 1], stops: 3,
      best: 3),
    Case(
      rule: EarlyStopping(patience: 2, minimumDelta: 0.5), values: [3, 2.75, 2.25, 2, 1.5],
      stops: nil, best: 1.5),
    Case(
      rule: EarlyStopping(patience: 2, startFromEpoch: 3), values: [1, 1, 1, 5, 4, 4, 4], stops: 7,
      best: 4),
    Case(
      rule: EarlyStopping(patience: 2), values: [0.5, 0.7, 0.6, 0.7], biggerIsBetter: true,
      stops: 4, best: 0.7),
    Case(rule: EarlyStopping(patience: 2), values: [2, .nan, .nan, .nan, 1], stops: nil, best: 1),
    Case(rule: EarlyStopping(patience: 2), values: [2, 2, .nan, 2], stops: 4, best: 2),
    Case(rule: EarlyStopping(patience: 0), values: [.nan, .nan, .nan], stops: nil, best: nil),
    Case(rule: EarlyStopping(patience: 2), values: [.nan, 2, 1, 1], stops: nil, best: 1),
  ])
  func followsTheRule(test: Case) {
    var state = EarlyStoppingState()
    var stops: Int?
    for (epoch, value) in test.values.enumerated() where stops == nil {
      state.observe(value, epoch: epoch, rule: test.rule, biggerIsBetter: test.biggerIsBetter)
      if state.hasStopped { stops = epoch + 1 }
    }
    #expect(stops == test.stops)
    #expect(state.best == test.best)
  }

  /// A run whose validation rows are labelled at random gets better at those it learns and worse at these.
  @Test func endsARunAndRemembersTheBestEpoch() async throws {
    let trainer = try Trainer(
      Network(input: [11]) {
        Dense(64, activation: .relu)
        Dense(3, activation: .softmax)
      },
      cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.02), metrics: [Accuracy()],
      seed: 1, earlyStopping: EarlyStopping(patience: 3), threads: 2)
    var held = classRows(60, seed: 2)
    guard case .classes(let classes, let names)? = held.targets else { return }
    held.targets = .classes(classes.map { ($0 + 1) % 3 }, names: names)
    var costs: [Double] = []
    for try await epoch in trainer.train(
      on: classRows(60), validation: held, epochs: 200, batchSize: 16)
    {
      costs.append(try #require(epoch.validationCost))
      #expect(trainer.isAtBest == (costs.last == costs.min()))
    }
    #expect(costs.count < 200)
    #expect(trainer.state.earlyStopping.hasStopped)
    #expect(trainer.state.earlyStopping.best == costs.min())
    #expect(trainer.state.bestValue == costs.min())
    #expect(trainer.state.bestEpoch == costs.count - 3)
    #expect(trainer.state.bestStep == (costs.count - 3) * 4)
    // Stopped is stopped: no further epoch comes.
    for try await _ in trainer.train(on: classRows(60), validation: held, epochs: 200) {
      Issue.record("an epoch after the stop")
    }
  }

}
