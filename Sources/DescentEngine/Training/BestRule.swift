/// Which epochs of a run are its best, and how many of them are kept.
///
/// An epoch is judged by what the weights at its end come to. On validation rows that is in the history. On the training
/// rows it is not: what the history has of them was measured while the weights changed. So they are gone through once more
/// after every epoch, forward alone, as `descent evaluate` does.
public struct BestRule: Sendable, Equatable {
  /// `cost`, `validation_cost`, or a metric by its name, on the validation rows with `validation_` before it; nil: the
  /// validation cost, and where nothing validates none, because judging by the training rows takes its time.
  public var monitor: String?
  /// How many are kept, at least 1.
  public var count: Int

  public init(monitor: String? = nil, count: Int = 1) {
    self.monitor = monitor
    self.count = count
  }

  /// The figures that weights can be judged by.
  package static func monitors(metrics: [String], withValidation: Bool) -> [String] {
    let own = ["cost"] + metrics
    return withValidation ? own.map { "validation_" + $0 } + own : own
  }

  /// Takes an epoch's value into account. One that is no number is never among the best, and of equal ones the first
  /// stays ahead.
  func observe(_ epoch: BestEpoch, biggerIsBetter: Bool, in best: inout [BestEpoch]) {
    guard !epoch.value.isNaN else { return }
    let place = best.firstIndex {
      biggerIsBetter ? epoch.value > $0.value : epoch.value < $0.value
    }
    best.insert(epoch, at: place ?? best.count)
    if best.count > count { best.removeLast(best.count - count) }
  }
}

/// An epoch among a run's best.
public struct BestEpoch: Sendable, Equatable {
  public var value: Double
  /// From 1.
  public var epoch: Int
  /// Steps done at its end.
  public var step: Int

  public init(value: Double, epoch: Int, step: Int) {
    self.value = value
    self.epoch = epoch
    self.step = step
  }
}
