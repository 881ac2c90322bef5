/// How `ReduceOnPlateau` stands: part of a run's state.
public struct PlateauState: Sendable, Equatable {
  public var best: Double?
  /// Epochs since the best.
  public var wait = 0
  /// Epochs of rest that are left.
  public var cooldown = 0
  /// The rate it has come to; nil before the first reduction.
  public var rate: Double?

  public init() {}

  /// Takes an epoch's value into account, in the order of Keras' callback.
  mutating func observe(
    _ value: Double, rule: ReduceOnPlateau, base: Double, biggerIsBetter: Bool
  ) {
    if cooldown > 0 {
      cooldown -= 1
      wait = 0
    }
    let isBetter =
      best.map {
        biggerIsBetter ? value > $0 + rule.minimumDelta : value < $0 - rule.minimumDelta
      } ?? !value.isNaN
    if isBetter {
      best = value
      wait = 0
    } else if cooldown == 0 {
      wait += 1
      guard wait >= rule.patience else { return }
      // Keras keeps the rate as a float.
      let old = rate ?? Double(Float(base))
      guard old > Double(Float(rule.minimumRate)) else { return }
      rate = Double(Float(max(old * rule.factor, rule.minimumRate)))
      cooldown = rule.cooldown
      wait = 0
    }
  }
}
