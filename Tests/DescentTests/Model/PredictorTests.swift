import Dispatch
import Foundation
import Kernels
import Synchronization
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Predictions by a model that keeps its memory from call to call.
@Suite struct PredictorTests {
  private static let width = 11

  /// Layers that prepare something, or keep something beside the rows.
  private static func model(_ kernels: KernelSet = .best) throws -> Model {
    let network = try Network(input: [width]) {
      Rescaling(factors: (0..<width).map { 0.5 + Double($0) })
      Normalization()
      Dense(600, activation: .gelu)
      BatchNormalization()
      Residual {
        LayerNormalization()
        Dense(600, activation: .tanh)
      }
      Dense(3, activation: .softmax)
    }
    let trainer = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: .adam(), seed: 2, threads: 1,
      kernels: kernels)
    try trainer.prepare(on: classRows(64), batchSize: 16, horizon: 1)
    try trainer.run(epochs: 1)
    return trainer.model
  }

  private static func rows(_ count: Int, seed: Int) -> Dataset {
    Dataset(
      features: .floats(noise(count * width, seed: UInt64(seed))), shape: [width])
  }

  /// What a model says that has predicted nothing before.
  private static func first(_ model: Model, _ rows: Dataset) throws -> [UInt32] {
    let fresh = Model(
      network: model.network, signature: model.signature, parameters: model.parameters,
      kernels: model.kernels)
    return try fresh.predict(rows, threads: 1).map(\.bitPattern)
  }

  private static let sets = KernelSet.available.map(\.name)

  @Test(arguments: sets) func whatWasPredictedBeforeDoesNotMatter(set: String) throws {
    let model = try Self.model(#require(KernelSet.named(set)))
    for (seed, count) in [1, 7, 300, 2, 1, 129, 40, 1000, 31, 256].enumerated() {
      let rows = Self.rows(count, seed: seed)
      let expected = try Self.first(model, rows)
      for threads in [1, 3, 2] {
        let found = try model.predict(rows, threads: threads).map(\.bitPattern)
        #expect(found == expected, "\(count) rows on \(threads) threads")
      }
    }
  }

  /// Few rows, whose columns workers share in one memory, after many, for which each worker had its own. Wide layers take
  /// long enough for all workers to have come.
  @Test(arguments: sets) func workersShareOneMemoryAfterEachHadItsOwn(set: String) throws {
    let kernels = try #require(KernelSet.named(set))
    let network = try Network(input: [Self.width]) {
      Dense(1200, activation: .relu)
      Dense(1200, activation: .tanh)
      Dense(1200, activation: .tanh)
      Dense(3, activation: .softmax)
    }
    let model = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: .adam(), seed: 2, threads: 1,
      kernels: kernels
    ).model
    let few = Self.rows(20, seed: 2)
    let expected = try Self.first(model, few)
    let wrong = Mutex(0)
    // Not on a thread of the pool that tests run on: workers would wait for one of it to be free.
    let thread = Thread {
      for _ in 0..<60 {
        _ = try? model.predict(Self.rows(100, seed: 1), threads: 4)
        let found = try? model.predict(few, threads: 4)
        if found?.map(\.bitPattern) != expected { wrong.withLock { $0 += 1 } }
      }
    }
    thread.start()
    while !thread.isFinished { usleep(1000) }
    #expect(wrong.withLock { $0 } == 0)
  }

  @Test(arguments: sets) func manyPredictAtOnce(set: String) throws {
    let model = try Self.model(#require(KernelSet.named(set)))
    let counts = [1, 200, 3, 64, 17, 500]
    let expected = try counts.enumerated().map {
      try Self.first(model, Self.rows($1, seed: $0))
    }
    let wrong = Mutex<[Int]>([])
    DispatchQueue.concurrentPerform(iterations: 60) { number in
      let index = number % counts.count
      let found = try? model.predict(
        Self.rows(counts[index], seed: index), threads: 1 + number % 3)
      if found?.map(\.bitPattern) != expected[index] { wrong.withLock { $0.append(number) } }
    }
    #expect(wrong.withLock { $0 } == [])
  }

  /// Rows that come with a wrong width leave nothing behind.
  @Test func anErrorIsNoObstacle() throws {
    let model = try Self.model()
    #expect(throws: DescentError.self) { try model.predict([[1, 2]]) }
    #expect(try model.predict(Self.rows(0, seed: 1)) == [])
    #expect(try model.predict([Array(repeating: 0.5, count: Self.width)])[0].count == 3)
  }
}
