import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

/// Runs made to have each fault, and healthy ones, which must raise no alarm.
@Suite struct DiagnosisTests {
  private typealias Kind = Finding.Kind

  private static func findings(
    _ trainer: Trainer, on training: Dataset, validation: Dataset? = nil, epochs: Int,
    batchSize: BatchSize = 32
  ) throws -> [Finding] {
    try trainer.prepare(
      on: training, validation: validation, batchSize: batchSize, horizon: epochs)
    var step: Int?
    while trainer.state.epoch < epochs, step == nil {
      if case .diverged(let at, _) = try trainer.advance() { step = at }
    }
    return Diagnosis.findings(
      try RunEvidence(trainer, training: training, validation: validation, divergedStep: step))
  }

  /// A bundled model with settings of its own.
  private static func findings(model: String, _ settings: [String] = []) throws -> [Finding] {
    let path = repositoryRoot.appending(path: "models/\(model).yaml").path
    var node = try ConfigNode(contentsOf: path)
    for setting in settings { node = try node.setting(setting) }
    let setup = try RunSetup(config: node, threads: 2, kernels: .best)
    try setup.prepare()
    let trainer = setup.trainer
    var step: Int?
    while trainer.state.epoch < setup.config.epochs, step == nil {
      if case .diverged(let at, _) = try trainer.advance() { step = at }
    }
    return Diagnosis.findings(
      try RunEvidence(
        trainer, training: setup.data.training, validation: setup.data.validation,
        divergedStep: step))
  }

  // MARK: - Healthy runs

  @Test(arguments: [
    "digits", "digit-labels", "breast-cancer", "wine", "diabetes", "line", "logistic",
  ])
  func bundledModelsAreSound(model: String) throws {
    let found = try Self.findings(model: model)
    #expect(found.isEmpty, "\(found)")
  }

  /// Other networks, optimizers and plans that train well.
  @Test(arguments: [
    ["optimizer={ momentum: { learning_rate: 0.01 } }"], ["optimizer={ rmsprop: {} }"],
    ["schedule=cosine"], ["batch_size=128", "optimizer={ adam: { learning_rate: 0.003 } }"],
    ["model=[{ dense: { units: 64, activation: tanh } }, { dense: { activation: softmax } }]"],
    ["model=[{ dense: { activation: softmax } }]", "optimizer={ adam: { learning_rate: 0.003 } }"],
    [
      "model=[{ dense: { units: 64, activation: relu } }, { batch_normalization: {} }, "
        + "{ dropout: 0.3 }, { dense: { units: 32, activation: relu } }, "
        + "{ dense: { activation: softmax } }]"
    ],
  ])
  func otherRunsOnDigitsAreSound(settings: [String]) throws {
    let found = try Self.findings(model: "digits", settings)
    #expect(found.isEmpty, "\(found)")
  }

  // MARK: - Faults

  @Test(arguments: [
    (Kind.rateTooHigh, "digits", ["optimizer={ adam: { learning_rate: 0.5 } }"]),
    (.rateTooHigh, "digits", ["optimizer={ gradient_descent: { learning_rate: 1000 } }"]),
    (.rateTooHigh, "digits", ["optimizer={ momentum: { learning_rate: 1 } }"]),
    (.explodingGradients, "digits", ["optimizer={ momentum: { learning_rate: 1 } }"]),
    (.rateTooLow, "digits", ["optimizer={ adam: { learning_rate: 0.0001 } }"]),
    // So low that no epoch comes below the first mini-batch's cost.
    (.rateTooLow, "digits", ["optimizer={ adam: { learning_rate: 0.000001 } }"]),
    (.rateTooLow, "breast-cancer", ["optimizer={ adam: { learning_rate: 0.0003 } }"]),
    (
      .overFitting, "diabetes",
      ["epochs=100", "optimizer={ adam: { learning_rate: 0.01 } }"]
    ),
    (.unscaledInputs, "wine", ["data.scale=none"]),
    (.unscaledInputs, "breast-cancer", ["data.scale=none", "optimizer={ adam: {} }"]),
    (
      .deadUnits, "digits",
      [
        "model=[{ dense: { units: 32, activation: relu, bias_initializer: { constant: "
          + "{ value: -30 } } } }, { dense: { activation: softmax } }]"
      ]
    ),
    (
      .underFitting, "digits",
      [
        "model=[{ dropout: 0.99 }, { dense: { units: 1, activation: tanh } }, "
          + "{ dense: { activation: softmax } }]", "optimizer={ adam: { learning_rate: 0.003 } }",
      ]
    ),
  ])
  private func faultsAreFound(kind: Kind, model: String, settings: [String]) throws {
    let found = try Self.findings(model: model, settings)
    #expect(found.map(\.kind).contains(kind), "\(found)")
    for finding in found {
      let words = [finding.statement, finding.evidence, finding.advice]
      #expect(words.allSatisfy { !$0.isEmpty && !$0.hasSuffix(".") })
    }
  }

  @Test func overFittingSaysFromWhen() throws {
    let found = try Self.findings(
      model: "diabetes", ["epochs=100", "optimizer={ adam: { learning_rate: 0.01 } }"])
    // Many small rises of a long run are no oscillation.
    #expect(found.map(\.kind) == [.overFitting], "\(found)")
    let finding = try #require(found.first)
    let epoch = try #require(finding.statement.split(separator: " ").dropLast().last)
    #expect((2...30).contains(Int(epoch) ?? 0), "\(finding.statement)")
  }

  /// Where training rows are images and stay as they are, augmentation is among what is to be tried.
  @Test(arguments: [false, true]) func imagesCouldBeAugmented(_ couldAugment: Bool) throws {
    var history = History()
    history.epochs = (1...12).map { number in
      EpochRecord(
        number: number, cost: 2 / Double(number), penalty: 0,
        validationCost: number < 4 ? 2 / Double(number) : Double(number) / 4, learningRate: 0.1,
        gradientNorm: 1, seconds: 1, samplesPerSecond: 1, metrics: [], validationMetrics: [])
    }
    var evidence = RunEvidence(history: history, learningRate: 0.1)
    evidence.couldAugment = couldAugment
    let finding = try #require(OverFitting.finding(in: evidence))
    #expect(finding.advice.contains("augmentation") == couldAugment)
  }

  private static func deep(_ layer: () -> Dense, count: Int) throws -> Trainer {
    try Trainer(
      Network(
        input: [11], layers: (0..<count).map { _ in layer() } + [Dense(3, activation: .softmax)]),
      cost: .categoricalCrossEntropy, optimizer: .gradientDescent(learningRate: 0.01), seed: 3,
      threads: 2)
  }

  @Test func vanishingGradientsAreFound() throws {
    let trainer = try Self.deep({ Dense(16, activation: .sigmoid) }, count: 10)
    let found = try Self.findings(trainer, on: classRows(200), epochs: 3)
    #expect(found.map(\.kind).contains(.vanishingGradients), "\(found)")
    let sound = try Self.deep(
      { Dense(16, activation: .relu, kernelInitializer: HeNormal()) }, count: 6)
    let none = try Self.findings(sound, on: classRows(200), epochs: 3)
    #expect(!none.map(\.kind).contains(.vanishingGradients), "\(none)")
    #expect(!none.map(\.kind).contains(.explodingGradients), "\(none)")
  }

  /// Where one layer is out of proportion it is named.
  @Test func explodingGradientsNameTheirLayer() {
    var evidence = RunEvidence(history: History(), learningRate: 0.1)
    evidence.history.stepCosts = [2]
    evidence.cost = 2
    evidence.weights = [
      RunEvidence.Weights(layer: "dense", gradientNorm: 400, norm: 10),
      RunEvidence.Weights(layer: "dense_1", gradientNorm: 0.1, norm: 10),
    ]
    let finding = Diagnosis.findings(evidence).first { $0.kind == .explodingGradients }
    #expect(finding?.statement == "gradients explode in dense")
    evidence.weights[0].gradientNorm = 4
    #expect(Diagnosis.findings(evidence).isEmpty)
  }

  @Test func aClassThatIsNeverPredictedIsNamed() throws {
    // One row in twenty is of the third class, and nothing tells which.
    let features = noise(400 * 4, seed: 3)
    let data = Dataset(
      features: .floats(features), shape: [4],
      targets: .classes(
        (0..<400).map { $0 % 20 == 0 ? 2 : features[$0 * 4] > 0 ? 1 : 0 },
        names: ["low", "high", "odd"]))
    let trainer = try Trainer(
      Network(input: [4]) { Dense(3, activation: .softmax) }, cost: .categoricalCrossEntropy,
      optimizer: .adam(learningRate: 0.01), seed: 3, threads: 2)
    let found = try Self.findings(trainer, on: data, epochs: 30)
    let finding = try #require(found.first { $0.kind == .classNeverPredicted })
    #expect(finding.statement.contains("odd") && !finding.statement.contains("low"))
  }

  @Test func leakageIsSuspected() throws {
    // Validation rows far from where classes meet, as where they are an easy part of the data.
    let near = classRows(300, seed: 6)
    let easy = try near.with(features: .floats(near.floats.map { $0 * 8 }))
    let trainer = try Trainer(
      Network(input: [11]) { Dense(3, activation: .softmax) },
      cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01), seed: 3, threads: 2)
    let found = try Self.findings(trainer, on: classRows(600), validation: easy, epochs: 12)
    #expect(found.map(\.kind).contains(.leakageSuspected), "\(found)")
    // Dropout alone makes training rows look worse, and is no leak.
    let dropping = try Trainer(
      Network(input: [11]) {
        Dense(64, activation: .relu)
        Dropout(0.7)
        Dense(3, activation: .softmax)
      }, cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01), seed: 3, threads: 2)
    let none = try Self.findings(
      dropping, on: classRows(600), validation: classRows(300, seed: 6), epochs: 8)
    #expect(!none.map(\.kind).contains(.leakageSuspected), "\(none)")
  }
}
