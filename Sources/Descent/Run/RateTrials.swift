import Kernels

/// Short trainings with one learning rate after the other, all from the same first weights.
///
/// Few rows that validate tell rates apart only roughly, and so does one draw of weights and shuffles. Where fewer than
/// 1,000 rows judge, a rate is tried up to five times, each with a seed of its own, which decides first weights, shuffles
/// and, where the config divides the rows at random, which of them validate. What counts is the mean.
struct RateTrials {
  /// About how many steps a trial has, where the run is not shorter.
  private static let mostSteps = 1000
  /// The rows that judge a rate, in all its trials together.
  private static let judges = 1000
  private static let mostRepeats = 5
  /// Floats of a training set that is held once more for each repetition.
  private static let mostFloats = 1 << 22

  /// What is trained on, and the seed.
  private struct Repeat {
    var trainer: Trainer
    var data: RunData
    var seed: UInt64
  }

  /// The steps of each trial.
  let steps: Int
  /// Whether they end within the first epoch.
  private let isPart: Bool
  private let setup: RunSetup
  private let configuration: TrainingConfiguration
  private let repeats: [Repeat]

  /// How often each rate is tried.
  var repeatCount: Int { repeats.count }

  /// - Parameters:
  ///   - configuration: that of the trials but for the optimizer's rate.
  ///   - stepsPerEpoch: of the run.
  init(_ setup: RunSetup, _ configuration: TrainingConfiguration, stepsPerEpoch: Int) {
    isPart = stepsPerEpoch > 2 * Self.mostSteps
    let epochs = (Self.mostSteps + stepsPerEpoch / 2) / stepsPerEpoch
    steps =
      isPart ? Self.mostSteps : max(1, min(setup.config.epochs, epochs)) * stepsPerEpoch
    self.setup = setup
    self.configuration = configuration
    let rows = (setup.data.validation ?? setup.data.training).count
    let count = min(max(1, (Self.judges + rows - 1) / max(rows, 1)), Self.mostRepeats)
    repeats = (0..<count).compactMap { Self.repetition($0, of: setup) }
  }

  /// The run itself first, then others of its kind; nil where the rows cannot be divided in another way.
  private static func repetition(_ number: Int, of setup: RunSetup) -> Repeat? {
    let base = UInt64(setup.config.seed)
    let seed = (base &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15) & UInt64(Int.max)
    let own = Repeat(trainer: setup.trainer, data: setup.data, seed: seed)
    guard number > 0 else { return own }
    // What begins from another model's weights keeps them, with the preprocessing that belongs to them.
    if setup.trainer.keepsNormalization { return own }
    var map = setup.config.resolved
    map["seed"] = .integer(Int(seed))
    let place = ConfigPlace(source: ConfigSource(name: setup.config.name))
    let node = ConfigNode(.map(map), at: place)
    let trainer = setup.trainer
    if setup.config.data.validation?.isDrawn ?? false,
      setup.data.training.count * setup.data.training.width <= mostFloats
    {
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

  /// The mean over the repetitions of the lowest cost that training with a rate comes to; infinite where one
  /// diverges before it has a cost.
  func cost(_ rate: Double) throws(DescentError) -> Double {
    var sum = 0.0
    for trial in repeats { sum += try cost(rate, trial) }
    return sum / Double(repeats.count)
  }

  /// The mean over the repetitions of the untrained network's cost on the rows that judge.
  func untrainedCost() throws(DescentError) -> Double {
    var sum = 0.0
    for trial in repeats {
      let trainer = try trial.trainer.trial(configuration)
      try trainer.prepare(on: trial.data.training)
      sum += try trainer.model.evaluate(
        on: trial.data.validation ?? trial.data.training, cost: configuration.cost, metrics: [],
        threads: trainer.threads
      ).cost
    }
    return sum / Double(repeats.count)
  }

  private func cost(_ rate: Double, _ trial: Repeat) throws(DescentError) -> Double {
    var configuration = configuration
    configuration.seed = trial.seed
    configuration.optimizer = try setup.optimizer(rate: rate)
    let trainer = try trial.trainer.trial(configuration)
    let validation = trial.data.validation
    try trainer.prepare(on: trial.data.training, validation: isPart ? nil : validation)
    var lowest = Double.infinity
    while trainer.state.step < steps {
      switch trainer.advance(until: isPart ? 0 : nil) {
      case .epoch(let record):
        let cost = record.validationCost ?? record.cost
        if cost < lowest { lowest = cost }
      case .paused, .stopped: break
      case .diverged: return lowest
      }
    }
    guard isPart else { return lowest }
    guard let validation else { return trainer.state.costSum / Double(trainer.state.rowsInEpoch) }
    return try trainer.model.evaluate(
      on: validation, cost: configuration.cost, metrics: [], threads: trainer.threads
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
