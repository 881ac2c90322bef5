/// What one epoch came to: a row of the history.
public struct EpochRecord: Sendable, Equatable {
  /// 1 for the first.
  public var number: Int
  /// The row-weighted mean of the batches' costs, as trained (dropout on), without the penalty.
  public var cost: Double
  /// The row-weighted mean of the penalties.
  public var penalty: Double
  /// The cost on the validation rows after the epoch, by their sample weights, without class weights.
  public var validationCost: Double?
  /// The learning rate of the epoch's last step.
  public var learningRate: Double
  /// The mean over the epoch's steps of the gradient's Euclidean norm.
  public var gradientNorm: Double
  /// Wall time of the training, without validation and checkpoints.
  public var seconds: Double
  /// Training rows over `seconds`.
  public var samplesPerSecond: Double
  /// Metric means on the training rows as trained, in the order of the trainer's metrics.
  public var metrics: [Double]
  /// Metric means on the validation rows.
  public var validationMetrics: [Double]
}
