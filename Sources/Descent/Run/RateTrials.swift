import Kernels

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

  /// What is trained on, and the seed.
  private struct Repeat {
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
  private let repeats: [Repeat]

  /// How often each rate is tried.
  var repeatCount: Int { repeats.count }

  /// - Parameter stepsPerEpoch: of the run.
  init(_ setup: RunSetup, stepsPerEpoch: Int) {
    self.setup = setup
    let rows = setup.data.training.count
    let stepWork =
      Self.stepWork
      + min(setup.config.batchSize ?? rows, rows) * setup.network.layout.trainableCount
    let affordable = max(Self.leastSteps, Self.work / stepWork)
    let epochs = min(setup.config.epochs, (affordable + stepsPerEpoch / 2) / stepsPerEpoch)
    isWhole = epochs == setup.config.epochs
    isPart = epochs == 0
    steps = isPart ? affordable : epochs * stepsPerEpoch
    let judging = (setup.data.validation ?? setup.data.training).count
    let count = max(
      min((Self.judges + judging - 1) / max(judging, 1), Self.leastRepeats),
      min(Self.work / (stepWork * steps), Self.mostRepeats), 1)
    let redraws =
      setup.config.data.validation?.isDrawn ?? false
      && rows * setup.data.training.width <= Self.mostFloats / count
    repeats = (0..<count).compactMap { Self.repetition($0, of: setup, redraws: redraws) }
  }

  /// The run itself first, then others of its kind; nil where the rows cannot be divided in another way.
  private static func repetition(_ number: Int, of setup: RunSetup, redraws: Bool) -> Repeat? {
    let base = UInt64(setup.config.seed)
    let seed = (base &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15) & UInt64(Int.max)
    let own = Repeat(trainer: setup.trainer, data: setup.data, seed: seed)
    guard number > 0 else { return own }
    // What begins from another model's weights keeps them, with the preprocessing that belongs to them.
    if setup.trainer.keepsNormalization { return own }
    let trainer = setup.trainer
    if redraws {
      var map = setup.config.resolved
      map["seed"] = .integer(Int(seed))
      let place = ConfigPlace(source: ConfigSource(name: setup.config.name))
      let node = ConfigNode(.map(map), at: place)
      return (try? RunSetup(config: node, threads: trainer.threads, kernels: trainer.kernels))
        .map { Repeat(trainer: $0.trainer, data: $0.data, seed: seed) }
    }
    var configuration = trainer.configuration
    configuration.seed = seed
    return
      (try? Trainer(
        setup.network, configuration: configuration, threads: trainer.threads,
        kernels: trainer.kernels)).map { Repeat(trainer: $0, data: setup.data, seed: seed) }
  }

  /// The lowest cost that training with a rate comes to in each repetition; infinite where it diverges.
  func costs(_ rate: Double) throws(DescentError) -> [Double] {
    let optimizer = try setup.optimizer(rate: rate)
    return try repeats.map { trial throws(DescentError) in try cost(optimizer, trial) }
  }

  /// The mean over the repetitions of the untrained network's cost on the rows that judge.
  func untrainedCost() throws(DescentError) -> Double {
    var sum = 0.0
    for trial in repeats {
      let trainer = try trainer(trial, trial.trainer.configuration.optimizer)
      try trainer.prepare(on: trial.data.training, validation: trial.data.validation)
      sum += try Self.cost(trainer, on: trial.data.validation ?? trial.data.training)
    }
    return sum / Double(repeats.count)
  }

  private func cost(_ optimizer: any Optimizer, _ trial: Repeat) throws(DescentError) -> Double {
    let trainer = try trainer(trial, optimizer)
    let validation = trial.data.validation
    try trainer.prepare(on: trial.data.training, validation: isPart ? nil : validation)
    var lowest = Double.infinity
    while trainer.state.step < steps, !trainer.state.earlyStopping.hasStopped {
      switch try trainer.advance(until: isPart ? 0 : nil) {
      case .epoch(let record):
        let cost = record.validationCost ?? record.cost
        if cost < lowest { lowest = cost }
      case .paused, .stopped: break
      case .diverged: return .infinity
      }
    }
    guard isPart else { return lowest }
    guard let validation else { return trainer.state.costSum / Double(trainer.state.rowsInEpoch) }
    return try Self.cost(trainer, on: validation)
  }

  /// A trainer that begins as a repetition does.
  private func trainer(_ trial: Repeat, _ optimizer: any Optimizer) throws(DescentError) -> Trainer
  {
    var configuration = trial.trainer.configuration
    configuration.seed = trial.seed
    configuration.optimizer = optimizer
    if !isWhole {
      configuration.schedule = ConstantSchedule()
      configuration.earlyStopping = nil
    }
    // Metrics take time, and only those matter here that decide something.
    let watched = [configuration.earlyStopping?.monitor, configuration.schedule.monitoredColumn]
    configuration.metrics.removeAll {
      !watched.contains($0.name) && !watched.contains("validation_" + $0.name)
    }
    return try trial.trainer.trial(configuration)
  }

  private static func cost(_ trainer: Trainer, on data: Dataset) throws(DescentError) -> Double {
    try trainer.model.evaluate(
      on: data, cost: trainer.configuration.cost, metrics: [], threads: trainer.threads
    ).cost
  }
}

extension RunConfig.Validation {
  /// Whether the seed decides which rows validate.
  fileprivate var isDrawn: Bool {
    switch self {
    case .fraction, .groups: true
    case .last, .source: false
    }
  }
}
