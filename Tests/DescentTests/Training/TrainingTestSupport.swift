import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// The repository's root.
let repositoryRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

extension KernelSet: CustomTestStringConvertible {
  public var testDescription: String { name }
}

/// All that a run's results consist of, as bits: times are left out.
struct RunBits: Equatable, Sendable {
  var parameters: [UInt32]
  var transposed: [UInt32]
  var slots: [[UInt32]]
  var epochs: [ExactBits<EpochRecord>]
  var steps: ExactBits<History>
  var state: ExactBits<RunState>

  init(_ trainer: Trainer) {
    parameters = Self.bits(trainer.parameters.values)
    transposed = Self.bits(trainer.parameters.copies)
    slots = trainer.slots.map { Self.bits($0) }
    let history = trainer.history
    let columns = HistoryColumn.all(metrics: history.metricNames, withValidation: true)
    epochs = history.epochs.map { ExactBits($0, columns.map(\.field)) }
    steps = ExactBits(history, History.stepFields)
    state = ExactBits(trainer.state, RunState.fields + RunState.plateauFields)
  }

  var stepCosts: [UInt32] { steps.record.stepCosts.map(\.bitPattern) }

  private static func bits(_ floats: AlignedFloats) -> [UInt32] {
    UnsafeBufferPointer(start: floats.base, count: floats.count).map(\.bitPattern)
  }
}

/// A record, equal to one that has the same bits in every field that two runs of the same bits agree in.
struct ExactBits<Record: Sendable>: Equatable, Sendable {
  var record: Record
  var fields: [RecordField<Record>]

  init(_ record: Record, _ fields: [RecordField<Record>]) {
    self.record = record
    self.fields = fields.filter(\.isExact)
  }

  static func == (one: Self, other: Self) -> Bool {
    one.fields.allSatisfy { $0.isSame(one.record, other.record) }
  }
}

extension RecordField {
  /// Whether two records have the same bits in the field.
  fileprivate func isSame(_ one: Record, _ other: Record) -> Bool {
    func bits(_ record: Record) -> [UInt64] {
      switch place {
      case .whole, .optionalWhole, .number, .optionalNumber, .flag:
        number(in: record).map { [$0.bitPattern] } ?? []
      case .text(let path): record[keyPath: path].utf8.map { UInt64($0) }
      case .wholes(let path): record[keyPath: path].map { UInt64(bitPattern: Int64($0)) }
      case .numbers(let path): record[keyPath: path].map(\.bitPattern)
      case .floats(let path): record[keyPath: path].map { UInt64($0.bitPattern) }
      }
    }
    return bits(one) == bits(other)
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

extension Dataset {
  /// The same with other features, or rows of another shape.
  func with(features: Features? = nil, shape: [Int]? = nil) throws -> Dataset {
    Dataset(
      features: try features ?? #require(self.features), shape: shape ?? self.shape,
      featureNames: featureNames, targets: targets, sampleWeights: sampleWeights)
  }
}

extension Trainer {
  /// Trains to the end of so many epochs, whatever stops on the way.
  func run(epochs: Int) throws {
    while state.epoch < epochs { _ = try advance() }
  }
}
