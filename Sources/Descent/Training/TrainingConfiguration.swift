/// What a run's results depend on besides the network, the data and the kernel set.
public struct TrainingConfiguration: Sendable {
  public var cost: any Cost
  public var optimizer: any Optimizer
  public var schedule: any Schedule
  public var metrics: [any Metric]
  public var batchSize: BatchSize
  /// The epochs over which the schedule is planned.
  public var horizon: Int
  public var seed: UInt64
  public var shards: ShardCount
  public var shuffle: Bool
  public var earlyStopping: EarlyStopping?
}
