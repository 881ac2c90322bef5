import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

/// Every figure, report and prediction tells yes from no where the cost does.
@Suite struct ThresholdTests {
  /// A cost of yes or no, what its network ends with, and where it divides.
  struct Case: CustomTestStringConvertible, Sendable {
    var cost: any Cost
    var activation: any Activation
    var threshold: Float
    var testDescription: String { "\(cost.configuration.json()), \(type(of: activation).kind)" }
  }

  static let cases = [
    Case(cost: BinaryCrossEntropy(), activation: Sigmoid(), threshold: 0.5),
    Case(cost: BinaryCrossEntropy(fromLogits: true), activation: Linear(), threshold: 0),
    Case(cost: BinaryFocalCrossEntropy(), activation: Sigmoid(), threshold: 0.5),
    Case(cost: BinaryFocalCrossEntropy(fromLogits: true), activation: Linear(), threshold: 0),
    Case(cost: Hinge(), activation: Linear(), threshold: 0),
    Case(cost: Hinge(), activation: Tanh(), threshold: 0),
    Case(cost: SquaredHinge(), activation: Linear(), threshold: 0),
  ]

  private static let metrics: [any Metric] = [
    Accuracy(), BalancedAccuracy(), Precision(), Recall(), F1Score(), MatthewsCorrelation(),
    ROCAUC(), AveragePrecision(),
  ]

  /// Rows with answers of yes and no that the first features give, with some noise.
  private static func rows(_ count: Int, answers: Int, signs: Bool, seed: UInt64) -> Dataset {
    let (features, errors) = (noise(count * 4, seed: seed), noise(count * answers, seed: seed + 1))
    let values = (0..<count * answers).map { place -> Float in
      let yes = features[place / answers * 4 + place % answers] + errors[place] / 2 > 0.1
      return yes ? 1 : signs ? -1 : 0
    }
    return Dataset(
      features: .floats(features), shape: [4],
      targets: .values(values, names: (0..<answers).map { "label \($0)" }))
  }

  private static func trained(
    _ test: Case, answers: Int, on rows: Dataset, _ held: Dataset
  ) throws -> Trainer {
    func dense(_ activation: some Activation) -> Dense { Dense(answers, activation: activation) }
    let trainer = try Trainer(
      Network(input: [4], layers: [dense(test.activation)]),
      configuration: TrainingConfiguration(
        cost: test.cost, optimizer: GradientDescent(learningRate: 0.2),
        schedule: ConstantSchedule(), metrics: metrics, batchSize: .rows(32), horizon: 3, seed: 2,
        shards: .automatic, shuffle: true, earlyStopping: nil, classWeights: nil), threads: 2,
      kernels: .best)
    try trainer.prepare(on: rows, validation: held, horizon: 3)
    return trainer
  }

  @Test(arguments: cases, [1, 3])
  func metricsAgreeWithTheOutputs(test: Case, answers: Int) throws {
    let signs = test.cost.fit.range == .signs && answers == 1
    let (rows, held) = (
      Self.rows(150, answers: answers, signs: signs, seed: 3),
      Self.rows(90, answers: answers, signs: signs, seed: 9)
    )
    let trainer = try Self.trained(test, answers: answers, on: rows, held)
    try trainer.run(epochs: 3)
    let outputs = try trainer.model.predict(held)
    guard case .values(let values, _)? = held.targets else { return }
    let right = zip(outputs, values).count { ($0 > test.threshold) == ($1 > 0.5) }
    // So that a threshold of one half on scores would show.
    if test.threshold == 0 {
      #expect(zip(outputs, values).count { ($0 > 0.5) == ($1 > 0.5) } != right)
    }
    let share = Double(right) / Double(outputs.count)
    let record = try #require(trainer.history.epochs.last)
    #expect(abs(record.validationMetrics[0] - share) < 1e-6)
    // What is found in an epoch as trained and what in validation is found in one way.
    let (_, figures, predictions) = try trainer.model.evaluate(
      on: held, cost: test.cost, metrics: Self.metrics, threads: 2, keepingPredictions: true)
    #expect(figures == record.validationMetrics)
    let confusions = try #require(predictions?.confusions)
    let hits = confusions.reduce(0) { $0 + $1[0, 0] + $1[1, 1] }
    #expect(hits == right && confusions.count == answers)
    let recalls = confusions.map { ($0.counts(of: 0).recall + $0.counts(of: 1).recall) / 2 }
    #expect(abs(figures[1] - recalls.reduce(0, +) / Double(answers)) < 1e-12)
  }

  @Test(arguments: cases)
  func classesAreToldApartThere(test: Case) throws {
    func named(_ dataset: Dataset) -> Dataset {
      var dataset = dataset
      if case .values(let values, _)? = dataset.targets {
        dataset.targets = .classes(values.map { $0 > 0.5 ? 1 : 0 }, names: ["no", "yes"])
      }
      return dataset
    }
    let (rows, held) = (
      named(Self.rows(150, answers: 1, signs: false, seed: 3)),
      named(Self.rows(90, answers: 1, signs: false, seed: 9))
    )
    let trainer = try Self.trained(test, answers: 1, on: rows, held)
    try trainer.run(epochs: 3)
    let model = trainer.model
    let scale = test.cost.scale(of: model.network.output)
    let predictions = Predictions(
      outputs: try model.predict(held), width: 1, signature: model.signature, scale: scale,
      areExclusive: false)
    guard case .classes(let truth, _)? = held.targets else { return }
    let right = zip(try #require(predictions.classes), truth).count { $0 == Int($1) }
    let record = try #require(trainer.history.epochs.last)
    #expect(abs(record.validationMetrics[0] - Double(right) / Double(truth.count)) < 1e-6)
    let judgement = try Judgement(
      model, on: held, role: "validation", cost: test.cost, threads: 2)
    #expect(judgement.wrong == truth.count - right)
    for sample in judgement.worst {
      // Scores are no probabilities, and of the answer given a probability is at least one half.
      #expect((sample.confidence == nil) == (scale == .scores))
      #expect(sample.confidence.map { (0.5...1).contains($0) } ?? true)
    }
  }

  @Test func probabilitiesAreMadeOfLogitsAlone() {
    let outputs: [Float] = [-2, 0, 3, 100, -100, 0.5]
    let sigmoids = OutputScale.logits.probabilities(of: outputs, width: 3, areExclusive: false)
    #expect(sigmoids.allSatisfy { (0...1).contains($0) } && sigmoids[1] == 0.5)
    #expect(sigmoids[3] == 1 && sigmoids[4] < 1e-30)
    let softmax = OutputScale.logits.probabilities(of: outputs, width: 3, areExclusive: true)
    for row in 0..<2 {
      #expect(abs(softmax[row * 3..<row * 3 + 3].reduce(0, +) - 1) < 1e-6)
    }
    #expect(softmax[2] > softmax[1] && softmax[3] == 1)
    for scale in OutputScale.allCases where scale != .logits {
      #expect(scale.probabilities(of: outputs, width: 3, areExclusive: true) == outputs)
    }
  }

  @Test func logLossIsRefusedWhereThereAreNoProbabilities() throws {
    let rows = Self.rows(30, answers: 1, signs: false, seed: 1)
    for test in Self.cases {
      func dense(_ activation: some Activation) -> Dense { Dense(1, activation: activation) }
      let trainer = try Trainer(
        Network(input: [4], layers: [dense(test.activation)]),
        configuration: TrainingConfiguration(
          cost: test.cost, optimizer: GradientDescent(), schedule: ConstantSchedule(),
          metrics: [LogLoss()], batchSize: .all, horizon: 1, seed: 2, shards: .automatic,
          shuffle: true, earlyStopping: nil, classWeights: nil), threads: 1, kernels: .best)
      if test.cost.fit.areScores {
        let error = #expect(throws: DescentError.self) { try trainer.prepare(on: rows) }
        #expect(error?.description.contains("the outputs are scores") == true)
        let epoch = EpochPredictions(
          form: .values, outputs: 1, predictions: [1, -1], values: [1, 0], scale: .scores)
        #expect(LogLoss().value(of: epoch).isNaN)
      } else {
        try trainer.prepare(on: rows)
        try trainer.run(epochs: 1)
        // The cost of the same outputs, where nothing is focused.
        if test.cost is BinaryCrossEntropy {
          let record = trainer.history.epochs[0]
          #expect(abs(record.metrics[0] - record.cost) < 1e-6)
        }
      }
    }
  }
}
