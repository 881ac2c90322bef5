/// How a schedule with a monitor stands: part of a run's state.
public struct PlateauState: Sendable, Equatable {
  public var best: Double?
  /// Epochs since the best.
  public var wait = 0
  /// Epochs of rest that are left.
  public var cooldown = 0
  /// The rate it has come to; nil before the first reduction.
  public var rate: Double?

  public init() {}
}
