import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData
@testable import DescentEngine

/// Weights of classes and rows: how they are found, where they count, and that they resume.
@Suite struct WeightTests {
  private static let targets = Dataset.Targets.classes([0, 0, 0, 1, 2, 2], names: ["a", "b", "c"])

  @Test func balancedWeightsMakeClassesCountAlike() throws {
    #expect(try ClassWeights.balanced.resolved(for: Self.targets) == .numbers([2.0 / 3, 2, 1]))
    let gap = Dataset.Targets.classes([0, 2, 2, 2], names: ["a", "b", "c"])
    #expect(try ClassWeights.balanced.resolved(for: gap) == .numbers([2, 1, 2.0 / 3]))
  }

  @Test func namedWeightsGoToTheirClasses() throws {
    #expect(try ClassWeights.named(["b": 5]).resolved(for: Self.targets) == .numbers([1, 5, 1]))
  }

  @Test func weightsThatDoNotFitAreRefused() {
    func problem(_ weights: ClassWeights, _ targets: Dataset.Targets = Self.targets) -> String? {
      failure { try weights.resolved(for: targets) }?.description
    }
    #expect(
      problem(.named(["beta": 1]))
        == "class_weights: there is no class \"beta\"; the classes are a, b, c")
    #expect(
      problem(.named(["a": -1]))
        == "class_weights: the weight of class a is -1.0; weights are finite and at least 0")
    #expect(
      problem(.numbers([1, 2]))
        == "class_weights: there are 2 weights for 3 classes; give one for each class")
    #expect(
      problem(.balanced, .values([1, 2], names: ["x"]))
        == "class_weights: the targets are numbers and no classes; "
        + "leave it out, or give rows weights of their own with data.sample_weight")
  }

  @Test func sampleWeightsThatAreNoneAreRefused() throws {
    for (weights, words) in [
      (
        [1, -1, 1],
        "data.sample_weight: the weight of row 2 is -1.0; weights are finite and at least 0"
      ),
      (
        [1, 1, .nan],
        "data.sample_weight: the weight of row 3 is nan; weights are finite and at least 0"
      ),
      (
        [0, 0, 0],
        "data.sample_weight: all rows have the weight 0; "
          + "give the rows that are to be learnt from a weight above 0"
      ),
      ([1], "there are 1 sample weights for 3 rows"),
    ] as [([Float], String)] {
      var data = classRows(3)
      data.sampleWeights = weights
      let trainer = try Self.trainer(classWeights: nil, threads: 1)
      #expect(failure { try trainer.prepare(on: data) }?.description == words)
    }
  }

  private static func trainer(classWeights: ClassWeights?, threads: Int) throws -> Trainer {
    try Trainer(
      Network(input: [11]) {
        Dense(9, activation: .tanh)
        Dense(3, activation: .softmax)
      }, cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01),
      metrics: [Accuracy()], seed: 3, classWeights: classWeights, threads: threads)
  }

  private static func rows(_ count: Int) -> Dataset {
    var data = classRows(count)
    data.sampleWeights = noise(count, seed: 9).map { abs($0) * 2 }
    return data
  }

  /// The same bits on any number of threads, and after a resumption from a file at any batch.
  @Test(arguments: [1, 2, 5])
  func weightedRunsAreExact(threads: Int) throws {
    let data = Self.rows(107)
    func begin(_ threads: Int) throws -> Trainer {
      let trainer = try Self.trainer(classWeights: .balanced, threads: threads)
      try trainer.prepare(on: data, validation: classRows(31, seed: 6), batchSize: 16, horizon: 3)
      return trainer
    }
    let whole = try begin(1)
    try whole.run(epochs: 3)
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "model.h5").path
    var trainer = try begin(threads)
    while trainer.state.step < 10 { _ = try trainer.advance(until: 0) }
    try trainer.save(to: path)
    trainer = try Trainer(resuming: path)
    #expect(trainer.configuration.classWeights == whole.configuration.classWeights)
    trainer.threads = threads
    try trainer.prepare(on: data, validation: classRows(31, seed: 6))
    try trainer.run(epochs: 3)
    #expect(RunBits(trainer) == RunBits(whole))
  }

  /// Both weights change training, those of rows the validation cost too, and neither of them metrics.
  @Test func validationKnowsNoClassWeights() throws {
    func epoch(_ weights: [Float]?, _ classWeights: ClassWeights?) throws -> EpochRecord {
      var data = classRows(40)
      data.sampleWeights = weights
      let trainer = try Trainer(
        Network(input: [11]) { Dense(3, activation: .softmax) }, cost: .categoricalCrossEntropy,
        optimizer: .gradientDescent(learningRate: 1e-30), metrics: [Accuracy()], shuffle: false,
        classWeights: classWeights, threads: 2)
      try trainer.prepare(on: data, validation: data, batchSize: 10)
      guard case .epoch(let record) = try trainer.advance() else {
        throw DescentError(.usage, "no epoch")
      }
      return record
    }
    let plain = try epoch(nil, nil)
    let doubled = try epoch([Float](repeating: 2, count: 40), nil)
    let named = try epoch(nil, .numbers([2, 2, 2]))
    let both = try epoch([Float](repeating: 2, count: 40), .numbers([2, 2, 2]))
    #expect(doubled.cost == 2 * plain.cost && named.cost == 2 * plain.cost)
    #expect(both.cost == 4 * plain.cost)
    #expect(abs(plain.cost - (plain.validationCost ?? 0)) < 1e-6)
    let validationCost = try #require(plain.validationCost)
    #expect(named.validationCost == validationCost)
    #expect(doubled.validationCost == 2 * validationCost)
    #expect(both.validationCost == 2 * validationCost)
    for other in [doubled, named, both] {
      #expect(other.metrics == plain.metrics)
      #expect(other.gradientNorm == plain.gradientNorm * other.cost / plain.cost)
    }
  }

  @Test func aFingerprintCoversWeights() throws {
    var data = classRows(5)
    let plain = try data.fingerprint
    data.sampleWeights = [1, 1, 1, 1, 1]
    let weighted = try data.fingerprint
    data.sampleWeights?[3] = 2
    #expect(try Set([plain, weighted, data.fingerprint]).count == 3)
  }

  @Test func rowsKeepTheirWeights() throws {
    let data = Self.rows(50)
    let (training, validation) = try data.split(validationFraction: 0.2, seed: 1)
    #expect(training.sampleWeights?.count == 40 && validation.sampleWeights?.count == 10)
    #expect(
      Set((training.sampleWeights ?? []) + (validation.sampleWeights ?? []))
        == Set(data.sampleWeights ?? []))
    let weights = try #require(data.sampleWeights)
    #expect(try data.rows([7, 3]).sampleWeights == [weights[7], weights[3]])
  }

  // MARK: - Tables and configs

  @Test func aColumnHoldsWeights() throws {
    var options = CSVReader.Options(targets: ["y"])
    options.weight = "w"
    let file = try FileBytes(name: "t.csv", bytes: Array("x,w,z,y\n1,0.5,2,a\n3,2,4,b\n".utf8))
    let data = try CSVReader.read(file, options: options)
    #expect(data.featureNames == ["x", "z"])
    #expect(data.shape == [2])
    #expect(data.sampleWeights == [0.5, 2])
    guard case .floats(let values)? = data.features else { return }
    #expect(values == [1, 2, 3, 4])
    let bad = try FileBytes(name: "t.csv", bytes: Array("x,w,y\n1,-2,a\n".utf8))
    #expect(
      failure { try CSVReader.read(bad, options: options) }?.description
        == "data.sample_weight: the weight of row 1 is -2.0; weights are finite and at least 0")
    options.weight = "v"
    #expect(
      failure { try CSVReader.read(file, options: options) }?.description.contains(
        "has no column 'v'") == true)
    options.weight = "y"
    #expect(
      failure { try CSVReader.read(file, options: options) }?.description.contains(
        "column 'y' is asked for more than once") == true)
    options.weight = "x"
    let narrow = try FileBytes(name: "t.csv", bytes: Array("x,y\n1,a\n".utf8))
    #expect(
      failure { try CSVReader.read(narrow, options: options) }?.description.contains(
        "has no feature column") == true)
  }

  @Test func aConfigNamesWeights() throws {
    let folder = try TemporaryFolder()
    let text =
      "x,w,y\n" + (0..<20).map { "\($0),\($0 % 3 + 1),\($0 % 4 == 0 ? "b" : "a")\n" }.joined()
    let path = try folder.write(Array(text.utf8), to: "t.csv")
    func setup(_ weights: ConfigValue) throws -> RunSetup {
      let setup = try RunSetup(
        config: ConfigNode(
          [
            "data": ["train": .string(path), "target": "y", "sample_weight": "w"],
            "model": [["dense": [:]]], "class_weights": weights,
          ], at: ConfigPlace(source: ConfigSource(name: "test"))), threads: 1, kernels: .best)
      try setup.prepare()
      return setup
    }
    let balanced = try setup("balanced")
    #expect(balanced.trainer.configuration.classWeights == .numbers([20.0 / 30, 2]))
    #expect(balanced.data.training.width == 1)
    #expect(balanced.data.training.sampleWeights?.prefix(4) == [1, 2, 3, 1])
    #expect(balanced.config.resolved["class_weights"] == "balanced")
    let named = try setup(["b": 3])
    #expect(named.trainer.configuration.classWeights == .numbers([1, 3]))
    #expect(failure { try setup(["c": 3]) }?.description.contains("no class \"c\"") == true)
  }
}
