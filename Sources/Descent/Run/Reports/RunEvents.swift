import Foundation

/// A run's events for TensorBoard, in its folder `tensorboard`: the config and the hyper-parameters there, and what is
/// measured on training and on validation rows in `train` and `validation`, under the same tags, so that TensorBoard
/// draws them into one chart.
///
/// The source of all scalars is the history, which is written as far as it has grown: nothing is done in a training
/// step. Where a run goes on, its files are made anew from the history, and begin by declaring earlier files void, for
/// a TensorBoard that is watching. Histograms, which no history keeps, are taken over from the earlier files.
package final class RunEvents {
  static let folderName = "tensorboard"
  /// All folders of event files, relative to the run's.
  package static let folders = [folderName, "\(folderName)/train", "\(folderName)/validation"]
  /// Seconds between two looks at the history within an epoch.
  package static let interval = 5.0

  private let settings: RunConfig.TensorBoard
  private let root: EventFile
  private let training: EventFile
  private let validation: EventFile?
  private let histograms: RunHistograms?
  /// How much of the history is written.
  private var stepsDone = 0
  private var epochsDone = 0
  /// When the last of it was.
  private var time: Double

  /// Begins the files of a run, or makes them anew for one that goes on.
  ///
  /// - Parameters:
  ///   - folder: the run's.
  ///   - trainer: one that is prepared.
  /// - Throws: `cannotCreate` or `inputOutput`; earlier files are then as they were.
  package init(
    in folder: String, of trainer: Trainer, config: RunConfig, data: RunData
  ) throws(DescentError) {
    guard let settings = config.tensorBoard else {
      preconditionFailure("events of a run whose config asks for none")
    }
    self.settings = settings
    let base = "\(folder)/\(Self.folderName)"
    let began = trainer.segments.first?.started ?? Date().timeIntervalSince1970
    time = began
    let trainingFolder = try EventFolder("\(base)/train")
    let validationFolder = try data.validation.map { _ throws(DescentError) in
      try EventFolder("\(base)/validation")
    }
    let rootFolder = try EventFolder(base)
    root = try rootFolder.begin(at: began)
    training = try trainingFolder.begin(at: began)
    validation = try validationFolder?.begin(at: began)
    histograms = try RunHistograms(trainer, data.training, settings)
    root.add(Self.introduction(of: trainer, config, at: began))
    try root.flush()
    try rebuild(trainer)
    for record in trainingFolder.histograms(upTo: trainer.state.epoch) {
      training.add(record: record)
    }
    try training.flush()
    try rootFolder.complete(root)
    try trainingFolder.complete(training)
    if let validation { try validationFolder?.complete(validation) }
  }

  private static func introduction(
    of trainer: Trainer, _ config: RunConfig, at time: Double
  ) -> TensorBoardEvent {
    let values = HyperParameters.values(of: config.resolved, network: trainer.network)
    let start = HyperParameters.start(values, at: time)
    return TensorBoardEvent(
      time: time, step: 0,
      content: .values([
        (HyperParameters.startTag, .hyperParameters(start)),
        ("config", .text("```yaml\n\(ConfigValue.map(config.resolved).yaml())```\n")),
      ]))
  }

  /// Writes what the history has of earlier stretches, at the times that follow from their beginnings and from what
  /// their epochs took.
  private func rebuild(_ trainer: Trainer) throws(DescentError) {
    var stretches = trainer.segments.dropFirst()
    var now = time
    for (index, record) in trainer.history.epochs.enumerated() {
      let end = (index + 1) * trainer.batchesPerEpoch
      while let next = stretches.first, next.step < end {
        now = max(now, next.started)
        stretches.removeFirst()
      }
      now += record.seconds
      try write(trainer.history, steps: end, epochs: index + 1, at: now)
    }
    try write(
      trainer.history, steps: trainer.history.stepCosts.count,
      epochs: trainer.history.epochs.count, at: now + trainer.state.seconds)
  }

  // MARK: - Going on

  /// Writes what has been added to the history.
  package func follow(_ trainer: Trainer) throws(DescentError) {
    let now = max(Date().timeIntervalSince1970, time)
    let epochs = trainer.history.epochs.count
    let hasEpoch = epochs > epochsDone
    try write(
      trainer.history, steps: trainer.history.stepCosts.count, epochs: epochs, at: now)
    guard hasEpoch, epochs % settings.histogramEveryEpochs == 0, let histograms else { return }
    training.add(
      TensorBoardEvent(
        time: now, step: epochs, content: .values(histograms.values(of: trainer))))
    try training.flush()
  }

  /// Says how the run ended.
  package func end(_ status: HyperParameters.Status) throws(DescentError) {
    let now = max(Date().timeIntervalSince1970, time)
    let end = HyperParameters.end(status, at: now)
    root.add(
      TensorBoardEvent(
        time: now, step: 0, content: .values([(HyperParameters.endTag, .hyperParameters(end))])))
    try root.flush()
  }

  /// Writes the history up to a step and an epoch. Steps have the times between the last one written and now.
  private func write(
    _ history: History, steps: Int, epochs: Int, at now: Double
  ) throws(DescentError) {
    let steps = min(steps, history.stepCosts.count)
    let begin = (step: stepsDone, time: time)
    let every = settings.everySteps
    for step in stride(from: (stepsDone / every + 1) * every, through: steps, by: every) {
      let share = Double(step - begin.step) / Double(steps - begin.step)
      var values: [(String, TensorBoardEvent.Value)] = [
        ("step/cost", .scalar(Double(history.stepCosts[step - 1])))
      ]
      if history.stepRates.indices.contains(step - 1) {
        values.append(("step/learning_rate", .scalar(Double(history.stepRates[step - 1]))))
      }
      training.add(
        TensorBoardEvent(
          time: begin.time + share * (now - begin.time), step: step, content: .values(values)))
    }
    for record in history.epochs[epochsDone..<epochs] {
      for (file, isOfValidation) in [(training, false), (validation, true)] {
        let values = Self.values(record, metrics: history.metricNames, isOfValidation)
        guard !values.isEmpty else { continue }
        file?.add(TensorBoardEvent(time: now, step: record.number, content: .values(values)))
      }
    }
    (stepsDone, epochsDone, time) = (steps, epochs, now)
    try training.flush()
    try validation?.flush()
  }

  /// What an epoch came to on the training rows or on those that validate.
  private static func values(
    _ record: EpochRecord, metrics: [String], _ isOfValidation: Bool
  ) -> [(String, TensorBoardEvent.Value)] {
    HistoryColumn.all(metrics: metrics, withValidation: true)
      .filter { $0.isOfValidation == isOfValidation && $0.kind != .number }
      .compactMap { column in
        column.value(of: record).map { ("epoch/" + column.figure, .scalar($0)) }
      }
  }
}
