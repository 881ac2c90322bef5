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

  init(
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

  /// Reads a run's folder, or a Descent file; of a folder the newest checkpoint that is whole.
  ///
  /// - Throws: `missingInput` where there is none, `invalidInput` where it is damaged.
  public init(contentsOf path: String) throws(DescentError) {
    let reader = try CheckpointReader(runOrFile: path)
    try self.init(reader)
  }

  init(_ reader: CheckpointReader) throws(DescentError) {
    let record = try reader.record()
    self.init(
      name: record.signature.name, history: record.history, state: record.state,
      segments: record.segments, bestMonitor: record.configuration.best?.monitor)
  }

  /// Where a step ends, in epochs; in steps while no epoch is complete.
  func position(afterStep step: Int) -> Double {
    Double(step) / Double(max(batchesPerEpoch ?? 1, 1))
  }

  /// The cost of every step, over epochs.
  var stepCosts: [ChartPoint] {
    history.stepCosts.enumerated().map {
      ChartPoint(position(afterStep: $0.offset + 1), Double($0.element))
    }
  }

  /// The learning rate of every step, over epochs; that of every epoch where it does not vary within one.
  var rates: [ChartPoint] {
    guard !history.stepRates.isEmpty else { return column("learning_rate") }
    return history.stepRates.enumerated().map {
      ChartPoint(position(afterStep: $0.offset + 1), Double($0.element))
    }
  }

  /// A column of the history over epochs.
  func column(_ name: String) -> [ChartPoint] {
    history.epochs.map { record in
      ChartPoint(Double(record.number), history.value(name, in: record) ?? .nan)
    }
  }
}

extension CheckpointReader {
  /// Opens a Descent file, or of a run's folder `last.h5`, or the newest checkpoint that is whole where that is
  /// not.
  ///
  /// - Throws: what is wrong with the file; of a folder, with `last.h5`.
  init(runOrFile path: String) throws(DescentError) {
    try InputPath.checkName(path)
    guard let file = FileIdentity(path) else {
      throw DescentError(
        .missingInput, "there is no such run or file", at: path,
        advice: "name a run's folder or a checkpoint in it")
    }
    guard file.isFolder else {
      self = try CheckpointReader(path)
      return
    }
    guard RunFolder.isRun(path) else {
      throw DescentError(
        .invalidInput, "the folder holds no Descent run", at: path,
        advice: "a run has a config.yaml and a folder of checkpoints")
    }
    let folder = RunFolder(existing: path)
    do throws(DescentError) {
      self = try CheckpointReader(folder.last)
    } catch {
      for step in folder.checkpointSteps().reversed() {
        guard let reader = try? CheckpointReader(folder.checkpoint(step)) else { continue }
        self = reader
        return
      }
      guard error.kind == .missingInput else { throw error }
      throw DescentError(.missingInput, "the run has no checkpoint yet", at: path)
    }
  }
}
