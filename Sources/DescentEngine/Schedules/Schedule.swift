/// How the learning rate changes from step to step.
///
/// A rate depends on the planned step and the planned horizon, never on where a run happens to stop, so
/// resuming does not change the rate of any step. A schedule with a `monitoredColumn` changes it by what the run came to
/// instead, and what it remembers is stored with the run.
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

  /// The column of the history that the schedule watches, such as `validation_cost`; nil where all is planned.
  var monitoredColumn: String? { get }

  /// - Parameter base: the optimizer's own rate.
  /// - Throws: where the schedule would not do with that rate what it is for, such as fall.
  func check(base: Double) throws(DescentError)

  /// Takes the monitored value of an epoch into account.
  /// - Parameters:
  ///   - base: the optimizer's own rate.
  ///   - biggerIsBetter: whether the value should grow.
  ///   - state: where the schedule stands, part of the run's state. Its `rate`, once there is one, takes the place
  ///     of the planned rate.
  func observe(_ value: Double, base: Double, biggerIsBetter: Bool, state: inout PlateauState)
}

extension Schedule {
  public var isConstant: Bool { false }
  public var plannedEpochs: Int? { nil }
  public var monitoredColumn: String? { nil }
  public func check(base: Double) throws(DescentError) {}
  public func observe(
    _ value: Double, base: Double, biggerIsBetter: Bool, state: inout PlateauState
  ) {}
}
