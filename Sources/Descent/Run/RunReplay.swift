import Foundation

/// A run gone through once more, from its first weights to where it stands, for the way that its parameters took.
///
/// A run's file has the cost of every step and the weights at the last one, not those between. But config, seed, data
/// and kernel set decide every bit of a run, so training again goes the same way. Whether it did, the costs tell: they
/// are compared with those of the run, step for step.
struct RunReplay {
  /// Where a replay departs from its run.
  struct Departure: Sendable, Equatable {
    /// From 1.
    var step: Int
    /// The step's cost in the run and in the replay.
    var costs: (run: Float, replay: Float)

    static func == (a: Departure, b: Departure) -> Bool { a.step == b.step && a.costs == b.costs }
  }

  /// How far costs of the same weights may lie apart, as a share: other kernel sets round otherwise.
  static let tolerance: Float = 1e-3

  /// The run's folder or file, for messages.
  let place: String
  let record: CheckpointRecord
  let training: Dataset
  let trainer: Trainer

  /// - Parameter path: a run's folder, or a Descent file.
  /// - Throws: what is wrong with the file or the data; `invalidInput` where the file does not say how it came about.
  init(contentsOf path: String, threads: Int?, kernels: KernelSet) throws(DescentError) {
    place = path
    record = try CheckpointReader(runOrFile: path).record()
    guard record.state.priorSteps == nil else {
      throw DescentError(
        .invalidInput, "it began from another model's weights, which it does not hold", at: path,
        advice: "its path can be drawn for runs that begin by themselves")
    }
    guard let map = record.config else {
      throw DescentError(
        .invalidInput, "it holds no config: it was saved by a program, not by descent train",
        at: path, advice: "its path can be drawn for runs of descent train")
    }
    guard record.state.step > 0 else {
      throw DescentError(.invalidInput, "the run has no step yet", at: path)
    }
    var config = try RunConfig(
      ConfigNode(.map(map), at: ConfigPlace(source: ConfigSource(name: path)), path: ""))
    config.data.test = nil
    try InputPath.requireLasting(config.data.train.paths)
    let data = try RunData(config.data, seed: UInt64(config.seed))
    var configuration = record.configuration
    configuration.earlyStopping = nil
    configuration.best = nil
    // What is measured beside the cost moves no weight, unless the schedule looks at it.
    let isWatched = configuration.schedule.monitoredColumn != nil
    if !isWatched { configuration.metrics = [] }
    let trainer = try Trainer(
      record.network, configuration: configuration, threads: threads, kernels: kernels)
    try trainer.prepare(on: data.training, validation: isWatched ? data.validation : nil)
    guard trainer.fingerprint == record.fingerprint else {
      throw DescentError(
        .invalidInput,
        "the training data's fingerprint is \(trainer.fingerprint ?? "none"); the run was begun on "
          + "\(record.fingerprint ?? "none")", at: path,
        advice: "put back the data that the run was begun with")
    }
    training = data.training
    self.trainer = trainer
  }

  /// Trains, and takes down the trained parameters on the way: at the start, at the end, and at equal distances
  /// between.
  ///
  /// - Parameter most: how many places are taken down at most, at least 2.
  /// - Throws: where the run cannot have gone this way.
  func path(most: Int) throws(DescentError) -> (path: ParameterPath, departure: Departure?) {
    let steps = record.state.step
    let perEpoch = trainer.batchesPerEpoch
    var stride = (steps + most - 2) / (most - 1)
    let isByEpochs = stride >= perEpoch
    if isByEpochs { stride = (stride + perEpoch - 1) / perEpoch * perEpoch }
    let count = trainer.network.layout.trainableCount
    var path = ParameterPath(length: count)
    path.append(trainer.parameters.values, step: 0)
    while trainer.state.step < steps {
      let isWhole = isByEpochs && trainer.state.step + perEpoch <= steps
      // A deadline long past: one batch.
      if case .diverged(let step, _) = try trainer.advance(until: isWhole ? nil : 0) {
        throw departed(in: step)
      }
      let step = trainer.state.step
      if step % stride == 0 || step == steps { path.append(trainer.parameters.values, step: step) }
    }
    let departure = departure
    if let departure, departure.step == 1 {
      let (run, replay) = departure.costs
      guard abs(run - replay) <= Self.tolerance * max(abs(run), abs(replay)) else {
        throw departed(in: 1)
      }
    }
    return (path, departure)
  }

  /// The first step whose cost is not the run's to the bit.
  private var departure: Departure? {
    let (run, replay) = (record.history.stepCosts, trainer.history.stepCosts)
    return zip(run, replay).enumerated().first { $1.0.bitPattern != $1.1.bitPattern }.map {
      Departure(step: $0.offset + 1, costs: ($0.element.0, $0.element.1))
    }
  }

  private func departed(in step: Int) -> DescentError {
    let (run, replay) = (record.history.stepCosts, trainer.history.stepCosts)
    func cost(_ costs: [Float]) -> String {
      costs.count >= step ? Figures.value(Double(costs[step - 1])) : "unknown"
    }
    return DescentError(
      .invalidInput,
      "trained again from its config, its cost in step \(step) is \(cost(replay)) where it was \(cost(run))",
      at: place,
      advice:
        "runs that began from another model (--from), or with another Descent or kernel set, may go another way"
    )
  }
}
