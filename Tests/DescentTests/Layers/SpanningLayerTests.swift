import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

/// A layer of a kind that the engine has never heard of trains, predicts and keeps every promise.
@Suite struct SpanningLayerTests {
  private static let length = 9
  private static let channels = 3

  private static func rows(_ count: Int) throws -> Dataset {
    try classRows(count, width: length * channels).with(shape: [length, channels])
  }

  /// - Parameter filters: of the last map: 16 fill a cache line, so that flattening is a view; 5 do not.
  private static func network(filters: Int) throws -> Network {
    try Network(input: [length, channels]) {
      SpanningLayer(size: 3, filters: 4)
      BatchNormalization(momentum: 0.5)
      ActivationLayer(.tanh)
      Dropout(0.1)
      SpanningLayer(size: 2, filters: filters)
      ActivityRegularization(l2: 0.01)
      Dense(6, activation: .relu)
      Dense(3, activation: .softmax)
    }
  }

  private static func trainer(
    filters: Int, threads: Int, kernels: KernelSet, batchSize: BatchSize,
    optimizer: any Optimizer = Adam(learningRate: 0.01)
  ) throws -> Trainer {
    let trainer = try Trainer(
      network(filters: filters),
      configuration: TrainingConfiguration(
        cost: CategoricalCrossEntropy(), optimizer: optimizer, schedule: ConstantSchedule(),
        metrics: [Accuracy()], batchSize: batchSize, horizon: 8, seed: 3, shards: 3,
        shuffle: true, earlyStopping: nil, classWeights: nil), threads: threads, kernels: kernels)
    try trainer.prepare(on: rows(40), validation: rows(9), batchSize: batchSize, horizon: 8)
    return trainer
  }

  @Test(arguments: [16, 5])
  func gradientsMatchCentralDifferences(filters: Int) throws {
    let trainer = try Self.trainer(filters: filters, threads: 2, kernels: .best, batchSize: 16)
    let check = try GradientCheck(trainer, on: Self.rows(20))
    #expect(check.failures.isEmpty, "\(check.failures)")
    #expect(check.rows.contains { $0.kind == SpanningLayer.kind && $0.quantity == "input" })
  }

  @Test(arguments: [16, 5], [BatchSize.rows(1), 33, .all])
  func threadsDoNotMatter(filters: Int, batchSize: BatchSize) throws {
    let optimizers: [any Optimizer] = [
      Adam(learningRate: 0.01),
      Adam(learningRate: 0.01, updates: UpdateOptions(globalClipNorm: 0.1)),
    ]
    for kernels in KernelSet.available {
      for optimizer in optimizers {
        func bits(threads: Int) throws -> RunBits {
          let trainer = try Self.trainer(
            filters: filters, threads: threads, kernels: kernels, batchSize: batchSize,
            optimizer: optimizer)
          try trainer.run(epochs: 1)
          return RunBits(trainer)
        }
        let expected = try bits(threads: 1)
        for threads in [2, 5] { #expect(try bits(threads: threads) == expected) }
      }
    }
  }

  @Test func learns() throws {
    let trainer = try Self.trainer(filters: 16, threads: 2, kernels: .best, batchSize: 16)
    try trainer.run(epochs: 8)
    let costs = trainer.history.epochs.map(\.cost)
    #expect(costs[7] < 0.8 * costs[0])
    // A row's prediction does not depend on the rows beside it.
    let together = try trainer.model.predict(Self.rows(33))
    for row in [0, 7, 32] {
      let alone = try trainer.model.predict(Self.rows(33).rows([row]))
      #expect(Array(together[row * 3..<row * 3 + 3]) == alone)
    }
  }

  /// Statistics over channels are those of all positions.
  @Test func batchNormalizationCountsPositions() throws {
    let network = try Network(input: [Self.length, Self.channels]) {
      SpanningLayer(size: 1, filters: Self.channels)
      BatchNormalization(momentum: 0)
      Dense(3, activation: .softmax)
    }
    let trainer = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: .gradientDescent(learningRate: 1e-9),
      threads: 2)
    let entries = network.layout.entries
    let kernel = try #require(entries.first { $0.specification.name == "kernel" })
    let identity = (0..<Self.channels * Self.channels).map { $0 % (Self.channels + 1) == 0 ? 1 : 0 }
    trainer.parameters.set(kernel, to: identity.map { Float($0) })
    let data = try Self.rows(40)
    try trainer.prepare(on: data, batchSize: .all)
    _ = try trainer.advance()
    guard case .floats(let values)? = data.features else { return }
    let gamma = try #require(entries.first { $0.specification.name == "gamma" })
    #expect(gamma.specification.shape == [Self.channels])
    let mean = try #require(entries.first { $0.specification.name == "moving_mean" })
    let variance = try #require(entries.first { $0.specification.name == "moving_variance" })
    for channel in 0..<Self.channels {
      let own = stride(from: channel, to: values.count, by: Self.channels)
        .map { Double(values[$0]) }
      let expected = own.reduce(0, +) / Double(own.count)
      let spread = own.reduce(0) { $0 + ($1 - expected) * ($1 - expected) } / Double(own.count)
      #expect(
        abs(Double(trainer.parameters.elements(of: mean)[channel]) - expected) < 1e-5)
      #expect(
        abs(Double(trainer.parameters.elements(of: variance)[channel]) - spread) < 1e-5)
    }
  }

  /// Flattening is a view where channels fill their lines, and a copy elsewhere.
  @Test func bufferPlanSaysWhatIsShared() throws {
    for (filters, isView) in [(16, true), (5, false)] {
      let network = try Self.network(filters: filters)
      let plan = BufferPlan(network, rows: 8, shards: 2, isTraining: true)
      let text = plan.description
      #expect(text.contains("input: 16 × 27, "))
      #expect(
        text.contains("spanning_1 output = activity_regularization output = flatten output")
          == isView, "\(text)")
      #expect(text.contains("flatten output: 16 × 30, ") == !isView)
      #expect(text.contains("spanning_1 workspace: 18 × \(filters), "))
      #expect(text.contains("batch_normalization output: 112 × 4, "))
    }
  }

  @Test func theArticleShowsItsWork() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "SpanningLayer.swift")
    try Article("AddingALayer").shows("work", of: file.path)
  }

  @Test func featureMapsHaveTheirPlaces() throws {
    let open = #expect(throws: DescentError.self) {
      try Network(input: [4, 2]) { SpanningLayer(size: 2, filters: 3) }
    }
    #expect(open?.description.contains("the network ends with a feature map") ?? false)
  }
}
