/// When to stop because nothing gets better: after `patience` epochs without an improvement of the
/// monitored value by more than `minimumDelta`.
public struct EarlyStopping: Sendable, Equatable {
  /// A column of the history: "validation_cost", "cost", "accuracy", "validation_accuracy", …
  public var monitor: String
  public var patience: Int
  public var minimumDelta: Double
  /// The first epoch, from 0, that counts.
  public var startFromEpoch: Int

  public init(
    monitor: String = "validation_cost", patience: Int = 5, minimumDelta: Double = 0,
    startFromEpoch: Int = 0
  ) {
    self.monitor = monitor
    self.patience = patience
    self.minimumDelta = minimumDelta
    self.startFromEpoch = startFromEpoch
  }
}

/// How an early stop stands: part of a run's state.
public struct EarlyStoppingState: Sendable, Equatable {
  public var best: Double?
  /// Epochs since the best.
  public var wait = 0
  public var hasStopped = false

  public init() {}

  /// Takes an epoch's value into account. One that is no number says nothing, neither for nor against a stop.
  mutating func observe(_ value: Double, epoch: Int, rule: EarlyStopping, biggerIsBetter: Bool) {
    guard epoch >= rule.startFromEpoch, !value.isNaN else { return }
    let isBetter =
      best.map {
        biggerIsBetter ? value > $0 + rule.minimumDelta : value < $0 - rule.minimumDelta
      } ?? true
    if isBetter {
      best = value
      wait = 0
    } else {
      wait += 1
      if wait >= rule.patience { hasStopped = true }
    }
  }
}
