import Foundation
import Kernels
import Testing

@testable import Descent

/// The repository's root.
let repositoryRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

extension KernelSet: CustomTestStringConvertible {
  public var testDescription: String { name }
}

/// All that a run's results consist of, as bits: times are left out.
struct RunBits: Equatable {
  var parameters: [UInt32]
  var transposed: [UInt32]
  var slots: [[UInt32]]
  var epochs: [[UInt64]]
  var stepCosts: [UInt32]
  var stepRates: [UInt32]
  var sums: [UInt64]
  var counts: [Int]

  init(_ trainer: Trainer) {
    parameters = Self.bits(trainer.parameters.values)
    transposed = Self.bits(trainer.parameters.transposed)
    slots = trainer.slots.map { Self.bits($0) }
    epochs = trainer.history.epochs.map { record in
      ([
        record.cost, record.penalty, record.validationCost ?? -1, record.learningRate,
        record.gradientNorm,
      ] + record.metrics + record.validationMetrics).map(\.bitPattern)
    }
    stepCosts = trainer.history.stepCosts.map(\.bitPattern)
    stepRates = trainer.history.stepRates.map(\.bitPattern)
    let state = trainer.state
    sums =
      ([
        state.costSum, state.penaltySum, state.gradientNormSum, state.lastRate,
        state.bestValue ?? -1, state.earlyStopping.best ?? -1,
      ] + state.metricSums).map(\.bitPattern)
    counts = [
      state.epoch, state.batch, state.step, state.samples, state.rowsInEpoch, state.bestEpoch,
      state.bestStep, state.earlyStopping.wait,
    ]
  }

  private static func bits(_ floats: AlignedFloats) -> [UInt32] {
    UnsafeBufferPointer(start: floats.base, count: floats.count).map(\.bitPattern)
  }
}

/// Numbers between −1 and 1, always the same.
func noise(_ count: Int, seed: UInt64) -> [Float] {
  let random = CounterRandom(seed: seed, purpose: .noise)
  return (0..<count).map { Float(random.uniform(UInt64($0)) * 2 - 1) }
}

/// Rows of random features whose class is the largest of so many of them.
func classRows(_ count: Int, width: Int = 11, classes: Int = 3, seed: UInt64 = 5) -> Dataset {
  let features = noise(count * width, seed: seed)
  let targets = (0..<count).map { row in
    Int32((0..<classes).max { features[row * width + $0] < features[row * width + $1] } ?? 0)
  }
  return Dataset(
    features: .floats(features), shape: [width],
    targets: .classes(targets, names: (0..<classes).map { "class \($0)" }))
}

extension Trainer {
  /// Trains to the end of so many epochs, whatever stops on the way.
  func run(epochs: Int) throws {
    while state.epoch < epochs { _ = try advance() }
  }
}
