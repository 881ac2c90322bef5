/// One config that a search has tried.
public struct TuningTrial: Sendable {
  /// From 1; the first is the config itself.
  public var number: Int
  /// What is varied, by its name: the values of this trial; empty for the config itself.
  public var values: ConfigMap
  /// The mean over folds of the best value of the figure that decides; nil where it has come to none.
  public var score: Double?
  /// Its standard deviation over folds; nil where there are fewer than two.
  public var deviation: Double?
  /// The epochs that every one of its networks has been trained for, or after which it stopped early.
  public var epochs: Int
  /// Whether training is over: the last epoch was reached, or it stopped early.
  public var isComplete: Bool
  /// Why it came to nothing, where it did.
  public var failure: String?
  /// Seconds of training so far.
  public var seconds: Double
}

/// What happens in a search.
public enum TuningEvent: Sendable {
  /// So many trials are trained up to an epoch.
  case rung(bracket: Int, trials: Int, epochs: Int)
  case trial(TuningTrial, isBest: Bool)
  case warning(String)
}

/// What a search came to.
public struct TuningOutcome: Sendable {
  /// The best first.
  public var trials: [TuningTrial]
  /// The figure that decides, and whether it should grow.
  public var monitor: String
  public var isGrowing: Bool
  public var seconds: Double
  /// Whether a signal ended it, rather than its time or its number of trials.
  public var isInterrupted: Bool
  /// Files.
  public var bestConfig: String?
  public var leaderboard: String
  public var page: String
}
