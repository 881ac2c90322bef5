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
  /// What makes an epoch the best; nil: none is judged.
  public var best: BestRule? = BestRule()
  /// How much each class counts in training; nil: alike. Once prepared they are `.numbers`.
  public var classWeights: ClassWeights?
  /// Whether the cost of a network that un-scales its outputs is that of scaled outputs and targets; false in runs that
  /// were begun before it was.
  package var scalesCost = true
  /// How training rows that are images are changed, in this order, each time they are gathered; empty: not at all.
  public var augmentation: [any Augmentation] = []
  /// The runs of shards whose sums are added up in a fixed binary tree, so that engines can share them.
  public var groups = 1

  package init(
    cost: any Cost, optimizer: any Optimizer, schedule: any Schedule, metrics: [any Metric],
    batchSize: BatchSize, horizon: Int, seed: UInt64, shards: ShardCount, shuffle: Bool,
    earlyStopping: EarlyStopping? = nil, best: BestRule? = BestRule(),
    classWeights: ClassWeights? = nil, scalesCost: Bool = true,
    groups: Int = 1, augmentation: [any Augmentation] = []
  ) {
    self.cost = cost
    self.optimizer = optimizer
    self.schedule = schedule
    self.metrics = metrics
    self.batchSize = batchSize
    self.horizon = horizon
    self.seed = seed
    self.shards = shards
    self.shuffle = shuffle
    self.earlyStopping = earlyStopping
    self.best = best
    self.classWeights = classWeights
    self.scalesCost = scalesCost
    self.groups = groups
    self.augmentation = augmentation
  }

  /// The most groups of a batch, each of which has views of its own of every layer.
  package static let mostGroups = 256

  /// The shards of a batch of so many rows, and where nobody names their number one for each group at least.
  package func shardCount(forBatchOf rows: Int) -> Int {
    let count = shards.count(forBatchOf: rows)
    return shards == .automatic ? max(count, groups) : count
  }

  /// - Throws: where a component, or the rule to stop early, has options that nothing can be trained with.
  package func check() throws(DescentError) {
    func check(_ part: any ConfigComponent, _ key: String) throws(DescentError) {
      do throws(DescentError) { try part.checkOptions() } catch {
        var error = error
        error.place = "\(key).\(type(of: part).kind)"
        throw error
      }
    }
    try check(cost, "cost")
    try check(optimizer, "optimizer")
    try check(schedule, "schedule")
    for metric in metrics { try check(metric, "metrics") }
    for augmentation in augmentation { try check(augmentation, "augmentation") }
    try checkAugmentationOrder()
    if let best, best.count < 1 {
      throw DescentError(
        .invalidInput, "it is \(best.count)", at: "checkpoint.best", advice: "it is at least 1")
    }
    guard let rule = earlyStopping else { return }
    for (key, isRight) in [
      ("patience", rule.patience >= 0),
      ("min_delta", rule.minimumDelta >= 0 && rule.minimumDelta.isFinite),
      ("start_from_epoch", rule.startFromEpoch >= 0),
    ] where !isRight {
      throw DescentError(
        .invalidInput, "it is below 0, or no number", at: "early_stopping.\(key)",
        advice: "it is 0 or more")
    }
  }

  /// The weight of every row: its own times its class's; empty where all are 1.
  ///
  /// - Precondition: class weights have been resolved.
  package func rowWeights(of dataset: Dataset) -> [Float] {
    guard case .numbers(let weights)? = classWeights,
      case .classes(let classes, _)? = dataset.targets
    else { return dataset.sampleWeights ?? [] }
    guard let own = dataset.sampleWeights else { return classes.map { weights[Int($0)] } }
    return zip(own, classes).map { $0 * weights[Int($1)] }
  }
}
