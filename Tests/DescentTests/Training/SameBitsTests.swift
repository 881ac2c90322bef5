import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Results depend on the configuration, the data and the kernel set, never on the threads that did the work,
/// nor on where a run was interrupted.
@Suite struct SameBitsTests {
  /// A run with everything that could tell one order of work from another: dropout, statistics across samples,
  /// shuffling, a rate that changes, a ragged last batch, validation and metrics.
  private static func trainer(
    batchSize: BatchSize = 16, shards: ShardCount = .automatic, threads: Int,
    kernels: KernelSet = .best, rows: Int = 107
  ) throws -> Trainer {
    let trainer = try Trainer(
      Network(input: [11]) {
        Normalization()
        Dense(70, activation: .relu)
        BatchNormalization(momentum: 0.9)
        Dropout(0.3)
        Dense(9, activation: .tanh)
        Dense(3, activation: .softmax)
      },
      cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01),
      schedule: .cosine(warmupEpochs: 1), metrics: [Accuracy()], seed: 3, shards: shards,
      earlyStopping: EarlyStopping(patience: 100), threads: threads, kernels: kernels)
    try trainer.prepare(
      on: classRows(rows), validation: classRows(41, seed: 6), batchSize: batchSize, horizon: 3)
    return trainer
  }

  private static let batchSizes: [BatchSize] = [1, 7, 16, 33, .all]
  private static let shardCounts: [ShardCount] = [.automatic, 1, 2, 3, 16]

  @Test(arguments: batchSizes, shardCounts)
  func threadsDoNotMatter(batchSize: BatchSize, shards: ShardCount) throws {
    for kernels in KernelSet.available {
      let alone = try Self.trainer(
        batchSize: batchSize, shards: shards, threads: 1, kernels: kernels)
      try alone.run(epochs: 3)
      let expected = RunBits(alone)
      #expect(expected.epochs.count == 3)
      for threads in [2, 3, 5] {
        let trainer = try Self.trainer(
          batchSize: batchSize, shards: shards, threads: threads, kernels: kernels)
        try trainer.run(epochs: 3)
        #expect(RunBits(trainer) == expected, "\(threads) threads, \(kernels.name)")
      }
    }
  }

  /// Not a promise but a check of the test above: bits that are compared do tell runs apart.
  @Test func shardsMatter() throws {
    let first = try Self.trainer(shards: 1, threads: 2)
    let other = try Self.trainer(shards: 2, threads: 2)
    try first.run(epochs: 1)
    try other.run(epochs: 1)
    #expect(RunBits(first) != RunBits(other))
    #expect(RunBits(first).stepCosts[0] == RunBits(other).stepCosts[0])
  }

  /// Rows in numbers that cut every layer's tiles in all ways, and a layer that takes more than one block.
  @Test(arguments: KernelSet.available)
  func threadsDoNotMatterToLargeLayers(kernels: KernelSet) throws {
    func bits(threads: Int) throws -> RunBits {
      let trainer = try Trainer(
        Network(input: [53]) {
          Dense(530, activation: .sigmoid)
          Dense(67, useBias: false)
          ActivationLayer(.relu)
          Dense(2)
        },
        cost: CategoricalCrossEntropy(fromLogits: true), optimizer: .momentum(nesterov: true),
        seed: 9, threads: threads, kernels: kernels)
      try trainer.prepare(on: classRows(301, width: 53, classes: 2), batchSize: 150, horizon: 2)
      try trainer.run(epochs: 2)
      return RunBits(trainer)
    }
    let expected = try bits(threads: 1)
    for threads in [2, 3, 5] { #expect(try bits(threads: threads) == expected) }
  }

  /// Residual blocks, embeddings and noise: on any number of threads, and stopped after every step.
  @Test(arguments: KernelSet.available)
  func threadsAndStopsDoNotMatterToOtherLayers(kernels: KernelSet) throws {
    func trainer(threads: Int) throws -> Trainer {
      let rows = classRows(107, width: 6)
      guard case .floats(let values)? = rows.features else { throw CancellationError() }
      let numbers = Dataset(
        features: .floats(values.map { ($0 * 2 + 2).rounded(.down) }), shape: [6],
        targets: rows.targets)
      let trainer = try Trainer(
        Network(input: [6]) {
          Embedding(inputs: 5, units: 3)
          Residual(projection: true) {
            GaussianNoise(0.1)
            Dense(70, activation: .gelu, kernelInitializer: HeNormal())
            LayerNormalization()
            Residual {
              AlphaDropout(0.1)
              Dense(70, activation: .mish)
              BatchNormalization()
            }
            GaussianDropout(0.1)
            PReLU()
          }
          Dense(5, activation: .selu, isTrainable: false)
          Dense(3, activation: .softmax)
        },
        cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01), seed: 3,
        threads: threads, kernels: kernels)
      try trainer.prepare(on: numbers, batchSize: 33, horizon: 3)
      return trainer
    }
    let whole = try trainer(threads: 1)
    try whole.run(epochs: 3)
    let expected = RunBits(whole)
    #expect(whole.history.stepCosts.allSatisfy { $0.isFinite })
    for threads in [1, 2, 5] {
      let other = try trainer(threads: threads)
      while other.state.epoch < 3 { _ = try other.advance(until: 0) }
      #expect(RunBits(other) == expected, "\(threads) threads")
    }
  }

  /// Networks side by side, of layers small and large: on any number of threads, and stopped after every step.
  @Test(arguments: KernelSet.available)
  func threadsAndStopsDoNotMatterToEnsembles(kernels: KernelSet) throws {
    func trainer(threads: Int) throws -> Trainer {
      let trainer = try Trainer(
        Network(
          input: [6],
          layers: [
            Ensemble(members: [
              [Normalization(), Dense(40, activation: .relu), Dropout(0.2), Dense(3)],
              [BatchNormalization(), Dense(530, activation: .tanh), Dense(512), Dense(3)],
              [Dense(3)],
            ]), ActivationLayer(.softmax),
          ]),
        cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01), seed: 3,
        threads: threads, kernels: kernels)
      try trainer.prepare(on: classRows(107, width: 6), batchSize: 33, horizon: 2)
      return trainer
    }
    let whole = try trainer(threads: 1)
    try whole.run(epochs: 2)
    let expected = RunBits(whole)
    #expect(whole.history.stepCosts.allSatisfy { $0.isFinite })
    for threads in [1, 2, 5] {
      let other = try trainer(threads: threads)
      while other.state.epoch < 2 { _ = try other.advance(until: 0) }
      #expect(RunBits(other) == expected, "\(threads) threads")
    }
  }

  // MARK: - Interruption

  @Test(arguments: [1, 2, 5])
  func stoppingAnywhereChangesNothing(threads: Int) throws {
    let whole = try Self.trainer(threads: threads)
    try whole.run(epochs: 3)
    let expected = RunBits(whole)
    // Stopped after every step; every third one; by turns through the control and by a deadline.
    for pattern in 0..<3 {
      let trainer = try Self.trainer(threads: threads)
      var calls = 0
      while trainer.state.epoch < 3 {
        calls += 1
        let isLast = trainer.state.batch + 1 == trainer.batchesPerEpoch
        if pattern == 0 || pattern == 2 && calls % 2 == 0 {
          trainer.control.requestStop()
          let step = trainer.state.step
          let advance = try trainer.advance()
          trainer.control.clearStop()
          #expect(trainer.state.step == step + 1)
          if !isLast { #expect(advance == .stopped) }
        } else {
          let advance = try trainer.advance(until: 0)
          if !isLast { #expect(advance == .paused) }
        }
        if pattern == 1, calls % 3 == 0 { _ = try trainer.advance() }
      }
      #expect(RunBits(trainer) == expected, "pattern \(pattern)")
    }
  }

  /// What a resumption from a file does: another trainer made from the state of the first.
  @Test func anotherTrainerGoesOnFromTheState() throws {
    let whole = try Self.trainer(threads: 2)
    try whole.run(epochs: 3)
    let expected = RunBits(whole)
    for stop in [1, 6, 7, 8, 13, 20] {
      let first = try Self.trainer(threads: 2)
      while first.state.step < stop { _ = try first.advance(until: 0) }
      let second = try Self.trainer(threads: 5)
      second.parameters.values.base.update(
        from: first.parameters.values.base, count: first.parameters.values.count)
      second.parameters.renewCopies(kernels: second.kernels)
      for (slot, source) in zip(second.slots, first.slots) {
        slot.base.update(from: source.base, count: source.count)
      }
      second.history = first.history
      second.state = first.state
      try second.run(epochs: 3)
      #expect(RunBits(second) == expected, "stopped after step \(stop)")
    }
  }

  // MARK: - Prediction

  /// A model so wide that few rows are worth a core.
  private static func wideModel(kernels: KernelSet) throws -> Model {
    try Trainer(
      Network(input: [11]) {
        Dense(600, activation: .relu)
        Dense(600, activation: .tanh)
        Dense(3, activation: .softmax)
      }, cost: .categoricalCrossEntropy, optimizer: .sgd(), seed: 3, kernels: kernels
    ).model
  }

  @Test(arguments: KernelSet.available, [true, false])
  func predictionsDependOnTheirRowAlone(kernels: KernelSet, isWide: Bool) throws {
    let model: Model
    if isWide {
      model = try Self.wideModel(kernels: kernels)
    } else {
      let trainer = try Self.trainer(threads: 2, kernels: kernels)
      try trainer.run(epochs: 1)
      model = trainer.model
    }
    let rows = classRows(1000, seed: 8)
    let together = try model.predict(rows, threads: 1).map(\.bitPattern)
    #expect(together.count == 3000)
    for threads in [2, 3, 5, 64] {
      #expect(try model.predict(rows, threads: threads).map(\.bitPattern) == together)
    }
    let values = rows.floats
    for row in stride(from: 0, to: 1000, by: 37) {
      let alone = try model.predict([Array(values[(row * 11)..<((row + 1) * 11)])])
      #expect(alone[0].map(\.bitPattern) == Array(together[(row * 3)..<(row * 3 + 3)]))
    }
    for count in [1, 2, 3, 23, 127, 128, 129, 500] {
      let some = Dataset(features: .floats(Array(values.prefix(count * 11))), shape: [11])
      #expect(try model.predict(some).map(\.bitPattern) == Array(together.prefix(count * 3)))
    }
  }

  /// Their columns are shared, by as many workers as rows make worthwhile.
  @Test(arguments: KernelSet.available)
  func fewRowsThroughWideLayersDependOnThemselvesAlone(kernels: KernelSet) throws {
    let model = try Trainer(
      Network(input: [11]) {
        Rescaling(scale: 0.5)
        Dense(1100, activation: .relu)
        Residual {
          Dense(1000, activation: .tanh)
          BatchNormalization()
          Dense(1100, activation: .gelu)
        }
        Dense(300, activation: .softmax)
      }, cost: .categoricalCrossEntropy, optimizer: .sgd(), seed: 3, kernels: kernels
    ).model
    let values = classRows(200, seed: 8).floats
    let many = try model.predict(Dataset(features: .floats(values), shape: [11]), threads: 1)
    let names = (0..<300).map { "class \($0)" }
    for count in [1, 2, 3, 5, 16, 31, 32] {
      let rows = Dataset(
        features: .floats(Array(values.prefix(count * 11))), shape: [11],
        targets: .classes((0..<count).map { Int32($0 * 7) }, names: names))
      let expected = many.prefix(count * 300).map(\.bitPattern)
      var costs: Set<UInt64> = []
      for threads in [1, 2, 3, 5, 64] {
        #expect(
          try model.predict(rows, threads: threads).map(\.bitPattern) == expected,
          "\(count) rows, \(threads) threads")
        costs.insert(
          try model.evaluate(
            on: rows, cost: .categoricalCrossEntropy, metrics: [Accuracy()], threads: threads
          ).cost.bitPattern)
      }
      #expect(costs.count == 1)
    }
  }

  /// Nothing but wide layers, the first and the last among them.
  @Test(arguments: KernelSet.available)
  func fewRowsThroughNothingButWideLayersDependOnThemselvesAlone(kernels: KernelSet) throws {
    let model = try Trainer(
      Network(input: [300]) {
        Dense(1100, activation: .relu)
        Dense(1000, activation: .tanh)
      }, cost: .meanSquaredError, optimizer: .sgd(), seed: 3, kernels: kernels
    ).model
    let values = classRows(40, width: 300, seed: 8).floats
    let many = try model.predict(Dataset(features: .floats(values), shape: [300]), threads: 1)
    for count in [1, 2, 7, 31] {
      let expected = many.prefix(count * 1000).map(\.bitPattern)
      let rows = (0..<count).map { Array(values[($0 * 300)..<(($0 + 1) * 300)]) }
      for threads in [1, 2, 5] {
        let found = try model.predict(rows, threads: threads).joined().map(\.bitPattern)
        #expect(found == expected, "\(count) rows, \(threads) threads")
      }
    }
  }

  @Test func evaluationDoesNotDependOnThreads() throws {
    let trainer = try Self.trainer(threads: 2)
    try trainer.run(epochs: 1)
    let rows = classRows(700, seed: 8)
    let results = try [1, 2, 3, 5].map { threads in
      let result = try trainer.model.evaluate(
        on: rows, cost: .categoricalCrossEntropy, metrics: [Accuracy()], threads: threads)
      return [result.cost.bitPattern, result.metrics[0].bitPattern]
    }
    #expect(Set(results).count == 1)
  }

  @Test func oneModelPredictsOnManyThreadsAtOnce() async throws {
    let trainer = try Self.trainer(threads: 2)
    try trainer.run(epochs: 1)
    let model = trainer.model
    let rows = classRows(300, seed: 8)
    let expected = try model.predict(rows)
    try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<12 { group.addTask { try model.predict(rows) } }
      for try await found in group { #expect(found == expected) }
    }
  }
}
