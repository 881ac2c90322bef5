import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// L-BFGS against PyTorch's, step for step, and against the least cost that SciPy finds.
@Suite struct LBFGSTests {
  struct Golden: Decodable {
    struct LayerDescription: Decodable {
      var units: Int
      var activation: String
    }
    struct Differences: Decodable {
      var costs: [Double]
      var weights: Double
    }
    var layers: [LayerDescription]
    var cost: String
    var l2: Double
    var historySize: Int
    var learningRate: Double
    var inputs: [[Float]]
    var targets: [[Float]]
    var initialWeights: [[Float]]
    var costs: [Double]
    var penalties: [Double]
    var finalWeights: [[Double]]
    var float32Difference: Differences
    var least: Double?

    static func all() throws -> [String: Golden] {
      let file = repositoryRoot.appending(path: "Tests/Fixtures/lbfgs/lbfgs.json")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode([String: Golden].self, from: Data(contentsOf: file))
    }
  }

  private static func decode<Product>(_ kind: String, _ registry: ComponentRegistry<Product>) throws
    -> Product
  {
    try registry.decode(
      ConfigNode(.string(kind), at: ConfigPlace(source: ConfigSource(name: "fixture"))))
  }

  private static func trainer(_ golden: Golden, kernels: KernelSet = .best) throws -> Trainer {
    let layers = try golden.layers.map { layer -> any Layer in
      let activation = try decode(layer.activation, Registries.activations)
      return Dense(
        layer.units, activation: activation,
        kernelRegularizer: golden.l2 > 0 ? L2(golden.l2) : nil)
    }
    let trainer = try Trainer(
      Network(input: [golden.inputs[0].count], layers: layers),
      configuration: TrainingConfiguration(
        cost: decode(golden.cost, Registries.costs),
        optimizer: LBFGS(
          learningRate: golden.learningRate, historySize: golden.historySize),
        schedule: ConstantSchedule(), metrics: [], batchSize: .all, horizon: 1, seed: 1,
        shards: .count(1), shuffle: true), threads: 2, kernels: kernels)
    for (entry, values) in zip(trainer.network.layout.entries, golden.initialWeights) {
      trainer.parameters.set(entry, to: values)
    }
    trainer.parameters.renewCopies(kernels: kernels)
    let targets = golden.targets.flatMap { $0 }
    let outputs = golden.layers.last?.units ?? 1
    let isClasses = golden.cost == CategoricalCrossEntropy.kind
    let names = (0..<outputs).map { "\($0)" }
    try trainer.prepare(
      on: Dataset(
        features: .floats(golden.inputs.flatMap { $0 }), shape: [golden.inputs[0].count],
        targets: isClasses
          ? .classes(targets.map { Int32($0) }, names: names) : .values(targets, names: names)))
    return trainer
  }

  /// PyTorch's own float32 run is off its float64 run by `float32Difference`. Another float32 run, whose sums go in
  /// another order, is another draw from the same errors: four times as far, and a rounding of the value itself.
  @Test(arguments: try Golden.all().keys.sorted(), KernelSet.available)
  func repeatsWhatPyTorchDid(name: String, kernels: KernelSet) throws {
    let golden = try #require(Golden.all()[name])
    let trainer = try Self.trainer(golden, kernels: kernels)
    try trainer.run(epochs: golden.costs.count)
    let gap = golden.float32Difference
    let costGap = gap.costs.reduce(0, max)
    for (index, record) in trainer.history.epochs.enumerated() {
      let allowed = 4 * costGap + 0x1p-23 * max(1, golden.costs[0])
      #expect(abs(record.cost - golden.costs[index]) <= allowed, "step \(index)")
      #expect(abs(record.penalty - golden.penalties[index]) <= allowed, "step \(index)")
    }
    #expect(golden.costs[0] - golden.costs[golden.costs.count - 1] > 0.05)
    for (entry, expected) in zip(trainer.network.layout.entries, golden.finalWeights) {
      let found = trainer.parameters.elements(of: entry)
      for (a, b) in zip(found, expected) {
        #expect(abs(Double(a) - b) <= 4 * gap.weights + 0x1p-23 * max(1, abs(b)))
      }
    }
  }

  @Test func reachesWhatSciPyFinds() throws {
    let golden = try #require(Golden.all()["logistic regression"])
    let trainer = try Self.trainer(golden)
    try trainer.run(epochs: 60)
    let last = try #require(trainer.history.epochs.last)
    let least = try #require(golden.least)
    // Near the least cost it changes with the square of what the weights are off by: rounding of the sum alone.
    #expect(abs(last.cost + last.penalty - least) <= 0x1p-22 * least)
    #expect(last.gradientNorm < 1e-5)
    #expect(last.learningRate == 1)
  }

  /// With dropout, statistics of the batch and noise: the same bits on any threads, and from a file after any epoch.
  @Test(arguments: KernelSet.available)
  func neitherThreadsNorInterruptionsMatter(kernels: KernelSet) throws {
    func begin(_ threads: Int) throws -> Trainer {
      try Trainer(
        Network(input: [11]) {
          Dense(70, activation: .tanh, kernelRegularizer: L1L2(l1: 0.001, l2: 0.01))
          BatchNormalization(momentum: 0.9)
          Dropout(0.2)
          Dense(9, activation: .sigmoid, isTrainable: false)
          Dense(3, activation: .softmax)
        }, cost: .categoricalCrossEntropy, optimizer: .lbfgs(historySize: 3),
        metrics: [Accuracy(), F1Score()], seed: 3, classWeights: .balanced, threads: threads,
        kernels: kernels)
    }
    func prepare(_ trainer: Trainer) throws {
      try trainer.prepare(
        on: classRows(107), validation: classRows(40, seed: 6),
        batchSize: trainer.state.step == 0 ? .all : nil,
        horizon: trainer.state.step == 0 ? 6 : nil)
    }
    let whole = try begin(1)
    try prepare(whole)
    try whole.run(epochs: 6)
    let expected = RunBits(whole)
    let costs = whole.history.epochs.map { $0.cost + $0.penalty }
    #expect(costs[5] < costs[0] - 0.1, "\(costs)")
    #expect(whole.history.stepCosts.count == 6)
    let folder = try TemporaryFolder()
    for threads in [2, 5] {
      var trainer = try begin(threads)
      try prepare(trainer)
      for epochs in 1...5 {
        try trainer.run(epochs: epochs)
        let path = folder.url.appending(path: "\(epochs).h5").path
        try trainer.save(to: path)
        trainer = try Trainer(resuming: path, threads: threads, kernels: kernels)
        try prepare(trainer)
      }
      try trainer.run(epochs: 6)
      #expect(RunBits(trainer) == expected, "\(threads) threads")
    }
  }

  /// The epoch's own step alone changes moving averages, not the places that a line search looks at.
  @Test func movingAveragesAreTheStepsOwn() throws {
    func average(_ optimizer: some Optimizer) throws -> [Float] {
      let trainer = try Trainer(
        Network(input: [11]) {
          BatchNormalization(momentum: 0.5)
          Dense(3, activation: .softmax)
        }, cost: .categoricalCrossEntropy, optimizer: optimizer)
      try trainer.prepare(on: classRows(50), batchSize: .all)
      try trainer.run(epochs: 3)
      return trainer.parameters.elements(of: trainer.network.layout.entries[2])
    }
    #expect(try average(.lbfgs()) == average(.gradientDescent(learningRate: 0.01)))
  }

  @Test func whatItCannotDoIsRefused() throws {
    let trainer = try Trainer(
      Network(input: [11]) { Dense(3, activation: .softmax) }, cost: .categoricalCrossEntropy,
      optimizer: .lbfgs())
    #expect(
      failure { try trainer.prepare(on: classRows(50), batchSize: 32) }?.description
        == "batch_size: lbfgs looks at all 50 training rows in every step; "
        + "set batch_size: all, or use adam")
    try trainer.prepare(on: classRows(50), batchSize: 50)
    let constrained = try Trainer(
      Network(input: [11]) { Dense(3, activation: .softmax, kernelConstraint: MaxNorm(1)) },
      cost: .categoricalCrossEntropy, optimizer: .lbfgs())
    #expect(
      failure { try constrained.prepare(on: classRows(50), batchSize: .all) }?.description.contains(
        "dense.kernel has one") == true)
  }

  /// At the least cost nothing moves any more, and nothing breaks.
  @Test func restsAtTheMinimum() throws {
    let rows = Dataset(
      features: .floats([1, 2, 3, 4]), shape: [1], targets: .values([0, 0, 0, 0], names: ["y"]))
    let trainer = try Trainer(
      Network(input: [1]) { Dense(1, kernelInitializer: Zeros()) }, cost: .meanSquaredError,
      optimizer: .lbfgs())
    try trainer.prepare(on: rows, batchSize: .all)
    try trainer.run(epochs: 3)
    #expect(trainer.history.epochs.map(\.cost) == [0, 0, 0])
    #expect(trainer.parameters.elements(of: trainer.network.layout.entries[0]) == [0])
  }
}
