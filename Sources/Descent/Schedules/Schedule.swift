/// How the learning rate changes from step to step.
///
/// A rate depends on the planned step and the planned horizon, never on where a run happens to stop, so
/// resuming does not change the rate of any step.
public protocol Schedule: ConfigComponent {
  /// The rate of a step.
  /// - Parameters:
  ///   - step: the step's number over the whole run, from 0.
  ///   - stepsPerEpoch: mini-batches in an epoch.
  ///   - horizon: planned epochs; past them the last planned rate holds.
  ///   - base: the optimizer's own rate.
  func rate(step: Int, stepsPerEpoch: Int, horizon: Int, base: Double) -> Double

  /// The horizon, where the schedule names one of its own.
  var plannedEpochs: Int? { get }

  /// Whether the rate is the same for every step.
  var isConstant: Bool { get }
}

extension Schedule {
  public var isConstant: Bool { false }
  public var plannedEpochs: Int? { nil }
}
