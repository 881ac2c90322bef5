/// The rate is multiplied by `factor` when a figure of the history has not improved for `patience` epochs (Keras'
/// `ReduceLROnPlateau`).
///
/// Where it stands is part of the run's state (`PlateauState`), so that a resumed run goes on with the same rates.
public struct ReduceOnPlateau: Schedule, TabledComponent {
  public static let kind = "reduce_on_plateau"
  public static let summary = "The rate falls when nothing gets better."
  public static let table = ConfigTable(
    ReduceOnPlateau(),
    .option("monitor", .string, \.monitor, "The figure of the history that should improve."),
    .option("factor", .number(.between(0, 1)), \.factor, "What the rate is multiplied by."),
    .option(
      "patience", .integer(.atLeast(0)), \.patience,
      "How many epochs without improvement are waited for."),
    .option(
      "min_delta", .number(.atLeast(0)), \.minimumDelta,
      "The least change that counts as an improvement."),
    .option(
      "cooldown", .integer(.atLeast(0)), \.cooldown,
      "How many epochs pass after a reduction before waiting begins again."),
    .option(
      "min_learning_rate", .number(.atLeast(0)), \.minimumRate, "The rate never falls below this."))

  public private(set) var monitor: String
  public private(set) var factor: Double
  public private(set) var patience: Int
  public private(set) var minimumDelta: Double
  public private(set) var cooldown: Int
  public private(set) var minimumRate: Double

  public init(
    monitor: String = "validation_cost", factor: Double = 0.1, patience: Int = 10,
    minimumDelta: Double = 0.0001, cooldown: Int = 0, minimumRate: Double = 0
  ) {
    self.monitor = monitor
    self.factor = factor
    self.patience = patience
    self.minimumDelta = minimumDelta
    self.cooldown = cooldown
    self.minimumRate = minimumRate
  }

  public func rate(step: Int, stepsPerEpoch: Int, horizon: Int, base: Double) -> Double {
    base
  }

  public var monitoredColumn: String? { monitor }

  /// In the order of Keras' callback; but a value that is no number is none that has not improved.
  public func observe(
    _ value: Double, base: Double, biggerIsBetter: Bool, state: inout PlateauState
  ) {
    if state.cooldown > 0 {
      state.cooldown -= 1
      state.wait = 0
    }
    guard !value.isNaN else { return }
    let isBetter =
      state.best.map {
        biggerIsBetter ? value > $0 + minimumDelta : value < $0 - minimumDelta
      } ?? true
    if isBetter {
      state.best = value
      state.wait = 0
    } else if state.cooldown == 0 {
      state.wait += 1
      guard state.wait >= patience else { return }
      // Keras keeps the rate as a float.
      let old = state.rate ?? Double(Float(base))
      guard old > Double(Float(minimumRate)) else { return }
      state.rate = Double(Float(max(old * factor, minimumRate)))
      state.cooldown = cooldown
      state.wait = 0
    }
  }
}

extension Schedule where Self == ReduceOnPlateau {
  /// The rate falls when nothing gets better.
  public static func reduceOnPlateau(
    monitor: String = "validation_cost", factor: Double = 0.1, patience: Int = 10,
    minimumDelta: Double = 0.0001, cooldown: Int = 0, minimumRate: Double = 0
  ) -> ReduceOnPlateau {
    ReduceOnPlateau(
      monitor: monitor, factor: factor, patience: patience, minimumDelta: minimumDelta,
      cooldown: cooldown, minimumRate: minimumRate)
  }
}
