import Foundation

/// What a run's curves are drawn from: its history, and where it was best and where it was resumed.
public struct RunRecord: Sendable {
  public var name: String
  public var history: History
  /// Batches in an epoch; nil before the first epoch is complete.
  public var batchesPerEpoch: Int?
  /// From 1; 0 where there is none yet.
  public var bestEpoch: Int
  /// What the best epoch's weights come to, and of which figure that is.
  public var bestValue: Double?
  public var bestMonitor: String
  /// The steps before which the run was resumed, ascending.
  public var resumptions: [Int]

  package init(
    name: String, history: History, state: RunState, segments: [RunSegment],
    bestMonitor: String? = nil, batchesPerEpoch: Int? = nil
  ) {
    self.name = name
    self.history = history
    (bestEpoch, bestValue) = (state.bestEpoch, state.bestValue)
    self.bestMonitor = bestMonitor ?? (history.hasValidation ? "validation_cost" : "cost")
    // A resumption that came to no step is none.
    resumptions = Set(segments.dropFirst().map(\.step))
      .filter { $0 > 0 && $0 < history.stepCosts.count }.sorted()
    self.batchesPerEpoch =
      batchesPerEpoch ?? (state.epoch > 0 ? (state.step - state.batch) / state.epoch : nil)
    if self.batchesPerEpoch == 0 { self.batchesPerEpoch = nil }
  }

  package init(_ reader: CheckpointReader) throws(DescentError) {
    let record = try reader.record()
    self.init(
      name: record.signature.name, history: record.history, state: record.state,
      segments: record.segments, bestMonitor: record.configuration.best?.monitor)
  }

  /// Where a step ends, in epochs; in steps while no epoch is complete.
  package func position(afterStep step: Int) -> Double {
    Double(step) / Double(max(batchesPerEpoch ?? 1, 1))
  }

  /// The cost of every step, over epochs.
  package var stepCosts: [ChartPoint] {
    history.stepCosts.enumerated().map {
      ChartPoint(position(afterStep: $0.offset + 1), Double($0.element))
    }
  }

  /// The learning rate of every step, over epochs; that of every epoch where it does not vary within one.
  package var rates: [ChartPoint] {
    guard !history.stepRates.isEmpty else { return column("learning_rate") }
    return history.stepRates.enumerated().map {
      ChartPoint(position(afterStep: $0.offset + 1), Double($0.element))
    }
  }

  /// A column of the history over epochs.
  package func column(_ name: String) -> [ChartPoint] {
    history.epochs.map { record in
      ChartPoint(Double(record.number), history.value(name, in: record) ?? .nan)
    }
  }
}
