import Kernels

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// A small run whose results are kept as a digest: what is trained on what, all of it synthetic.
///
/// No more comes from the C library than Adam's powers, which are rounded to floats: no normal first values and no
/// schedule.
struct ReferenceRun: Sendable {
  enum Targets { case classes, distributions, flags, signs, numbers }

  var name: String
  var layers: [any Layer]
  var activation: any Activation = Softmax()
  var cost: any Cost = CategoricalCrossEntropy()
  var optimizer: any Optimizer = Momentum(learningRate: 0.05)
  var targets = Targets.classes
  var metrics: [any Metric] = [Accuracy()]
  var inputs = 11
  var classes = 3
  var rows = 53
  var batch = BatchSize.rows(16)
  var epochs = 2
  var shards = ShardCount.automatic
  var classWeights: ClassWeights?
  /// Features that are whole numbers from 0 to 3, in bytes.
  var areBytes = false
  var isWeighted = false
  /// Rows that are predicted in the end: many, and few enough to be worth another way.
  var predicted = [40, 1, 2, 5]
  /// The shape of one row, where it is a map.
  var map: [Int]?
  var precision = ProductPrecision.float32
  var groups = 1

  /// Trains, and digests weights, slots, the history without times, and predictions.
  func digest(kernels: KernelSet, threads: Int) throws -> UInt64 {
    let trainer = try Trainer(
      Network(
        input: map ?? [inputs], layers: layers + [Dense(classes, activation: activation)],
        precision: precision),
      cost: cost, optimizer: optimizer, metrics: metrics, seed: 3, shards: shards,
      classWeights: classWeights, threads: threads, kernels: kernels)
    trainer.configuration.groups = groups
    try trainer.prepare(
      on: data(rows, seed: 5), validation: data(20, seed: 6), batchSize: batch, horizon: epochs)
    while trainer.state.epoch < epochs {
      if case .diverged = try trainer.advance() {
        throw DescentError(.invalidInput, "diverged", at: name)
      }
    }
    var digest = RunDigest()
    let entries = trainer.network.layout.entries
    for entry in entries { digest.add(trainer.parameters.elements(of: entry)) }
    for slot in trainer.slots {
      for entry in entries where entry.specification.isTrainable {
        digest.add(entry.elements(in: slot))
      }
    }
    digest.add(trainer.history)
    let model = trainer.model
    for count in predicted {
      digest.add(try model.predict(data(count, seed: 7), threads: threads))
    }
    return digest.value
  }

  /// Rows whose answers follow from their first features.
  private func data(_ count: Int, seed: UInt64) -> Dataset {
    let numbers = noise(count * inputs, seed: seed)
    let bytes = numbers.map { UInt8(min(3, ($0 + 1) * 2)) }
    let values = areBytes ? bytes.map(Float.init) : numbers
    let names = (0..<classes).map { "output \($0)" }
    let answers: Dataset.Targets
    func each(_ value: (_ row: Int, _ output: Int) -> Float) -> Dataset.Targets {
      .values((0..<count * classes).map { value($0 / classes, $0 % classes) }, names: names)
    }
    func feature(_ row: Int, _ output: Int) -> Float { values[row * inputs + output % inputs] }
    switch targets {
    case .classes:
      answers = .classes(
        (0..<count).map { row in
          Int32((0..<classes).max { feature(row, $0) < feature(row, $1) } ?? 0)
        }, names: names)
    case .distributions:
      answers = each { row, output in
        let total = (0..<classes).reduce(Float(0)) { $0 + 1.25 + feature(row, $1) }
        return (1.25 + feature(row, output)) / total
      }
    case .flags: answers = each { row, output in feature(row, output) > 0 ? 1 : 0 }
    case .signs: answers = each { row, output in feature(row, output) > 0 ? 1 : -1 }
    case .numbers: answers = each { row, output in 1.5 + feature(row, output) }
    }
    return Dataset(
      features: areBytes ? .bytes(bytes) : .floats(values), shape: map ?? [inputs],
      targets: answers,
      sampleWeights: isWeighted ? (0..<count).map { Float($0 % 5) / 2 } : nil)
  }
}

/// A digest of floats by their bits.
struct RunDigest {
  private(set) var value: UInt64 = 0

  mutating func add(_ floats: [Float]) {
    floats.withUnsafeBytes { value = XXH64.hash($0, seed: value) }
  }

  mutating func add(_ doubles: [Double]) {
    doubles.withUnsafeBytes { value = XXH64.hash($0, seed: value) }
  }

  mutating func add(_ history: History) {
    add(history.stepCosts)
    add(history.stepRates)
    for epoch in history.epochs {
      add([epoch.cost, epoch.penalty, epoch.validationCost ?? -1, epoch.learningRate])
      add([epoch.gradientNorm] + epoch.metrics + epoch.validationMetrics)
    }
  }
}
