/// Trainings with one learning rate after the other, all from the same first weights.
///
/// A trial is the whole run, schedule and early stopping included, where the network is small enough for that; the
/// trials of a larger one end after some 1000 steps with the rate held. What one run comes to is a matter of luck too:
/// as often as the same work allows, a rate is tried again, each time with a seed of its own, which decides first
/// weights, shuffles and, where the config divides the rows at random, which of them validate. All rates meet the same
/// seeds, so that two of them are compared seed by seed.
struct RateTrials {
  /// Multiply-adds of one forward pass over all that is trained on in the trials of one rate; a third of a second or so.
  private static let work = 1 << 34
  /// What a step takes beside them, in the same unit.
  private static let stepWork = 1 << 17
  /// The steps that a trial has at least, where the run is not shorter.
  private static let leastSteps = 1000
  private static let mostRepeats = 32
  /// Rows that judge a rate, in all its trials together; for their sake a large network too is tried up to five times.
  private static let judges = 1000
  private static let leastRepeats = 5
  /// Floats of all the training sets that are held for the sake of other divisions of the rows.
  private static let mostFloats = 1 << 24

  /// What the trials of one seed begin with.
  private struct Start {
    var trainer: Trainer
    var data: RunData
    var seed: UInt64
  }

  /// The steps of each trial.
  let steps: Int
  /// Whether each trial is all that the run is to be.
  let isWhole: Bool
  /// Whether they end within the first epoch.
  private let isPart: Bool
  private let setup: RunSetup
  private let starts: [Start]
  /// What kept seeds from being tried, in sentences.
  let remarks: [String]

  /// How often each rate is tried.
  var repeatCount: Int { starts.count }

  /// - Parameter stepsPerEpoch: of the run.
  /// - Throws: where the run's rows, which could be read, no longer can.
  init(_ setup: RunSetup, stepsPerEpoch: Int) throws(DescentError) {
    self.setup = setup
    let rows = setup.data.training.count
    let batch = min(setup.config.batchSize ?? rows, rows)
    // Weights that are shared over positions are multiplied more often than there are of them.
    let forward = max(setup.network.layout.trainableCount, setup.network.multiplyAdds())
      .multipliedSaturating(by: batch)
    let stepWork = forward.addingSaturating(Self.stepWork)
    let affordable = max(Self.leastSteps, Self.work / stepWork)
    let epochs = min(setup.config.epochs, (affordable + stepsPerEpoch / 2) / stepsPerEpoch)
    isWhole = epochs == setup.config.epochs
    isPart = epochs == 0
    steps = isPart ? affordable : epochs * stepsPerEpoch
    let judging = (setup.data.validation ?? setup.data.training).count
    let count = max(
      min((Self.judges + judging - 1) / max(judging, 1), Self.leastRepeats),
      min(Self.work / stepWork.multipliedSaturating(by: steps), Self.mostRepeats), 1)
    // The run itself first, then others of its kind.
    var starts = [Start(trainer: setup.trainer, data: setup.data, seed: Self.seed(0, of: setup))]
    var failures: [DescentError] = []
    let redraws =
      setup.config.data.validation?.isDrawn ?? false && !setup.trainer.keepsNormalization
      && rows * setup.data.training.width <= Self.mostFloats / count
    let all = redraws && count > 1 ? try RunRows(setup.config.data) : nil
    for number in 1..<count {
      do throws(DescentError) {
        starts.append(try Self.start(Self.seed(number, of: setup), of: setup, dividing: all))
      } catch {
        failures.append(error)
      }
    }
    self.starts = starts
    remarks =
      failures.first.map {
        ["of \(count) repetitions \(failures.count) cannot be made, because \($0)"]
      } ?? []
  }

  private static func seed(_ number: Int, of setup: RunSetup) -> UInt64 {
    Trial.seed(number, of: UInt64(setup.config.seed))
  }

  /// - Parameter rows: all rows, where they are divided anew.
  private static func start(
    _ seed: UInt64, of setup: RunSetup, dividing rows: RunRows?
  ) throws(DescentError) -> Start {
    let trainer = setup.trainer
    // What begins from another model's weights keeps them, with the preprocessing that belongs to them.
    if trainer.keepsNormalization { return Start(trainer: trainer, data: setup.data, seed: seed) }
    if let rows {
      var map = setup.config.resolved
      map["seed"] = .integer(Int(seed))
      // A trial tests nothing, and need not read the rows for that once more.
      if var data = map["data"]?.mapValue {
        data["test"] = nil
        map["data"] = .map(data)
      }
      let place = ConfigPlace(source: ConfigSource(name: setup.config.name))
      let other = try RunSetup(
        config: ConfigNode(.map(map), at: place), threads: trainer.threads,
        kernels: trainer.kernels, rows: rows)
      other.trainer.exchange = trainer.exchange
      return Start(trainer: other.trainer, data: other.data, seed: seed)
    }
    var configuration = trainer.configuration
    configuration.seed = seed
    let other = try Trainer(
      setup.network, configuration: configuration, threads: trainer.threads,
      kernels: trainer.kernels)
    other.exchange = trainer.exchange
    return Start(trainer: other, data: setup.data, seed: seed)
  }

  /// The lowest cost that training with a rate comes to in each repetition; infinite where it diverges.
  func costs(_ rate: Double) throws(DescentError) -> [Double] {
    let optimizer = try setup.optimizer(rate: rate)
    return try starts.map { start throws(DescentError) in
      let trial = try trial(start, optimizer)
      try trial.run(steps: steps, wholeEpochs: !isPart)
      return try trial.cost()
    }
  }

  /// The mean over the repetitions of the untrained network's cost on the rows that judge.
  func untrainedCost() throws(DescentError) -> Double {
    var sum = 0.0
    for start in starts {
      sum += try trial(start, start.trainer.configuration.optimizer).cost()
    }
    return sum / Double(starts.count)
  }

  private func trial(_ start: Start, _ optimizer: any Optimizer) throws(DescentError) -> Trial {
    try Trial(of: start.trainer, on: start.data.training, validation: start.data.validation) {
      $0.seed = start.seed
      $0.optimizer = optimizer
      if !isWhole {
        $0.schedule = ConstantSchedule()
        $0.earlyStopping = nil
      }
      $0.dropUnwatchedMetrics()
    }
  }
}

extension DataConfig.Validation {
  /// Whether the seed decides which rows validate.
  fileprivate var isDrawn: Bool {
    switch self {
    case .fraction, .groups: true
    case .last, .fold, .source: false
    }
  }
}
