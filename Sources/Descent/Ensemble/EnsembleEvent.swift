/// What happens while the members of an ensemble are trained.
public enum EnsembleEvent: Sendable {
  case epoch(member: Int, EpochRecord)
  case ended(EnsembleMember)
  case warning(String)
}

/// What the training of a member came to.
public struct EnsembleMember: Sendable {
  /// From 1.
  public var number: Int
  public var reason: RunOutcome.Reason
  public var epochs: Int
  public var steps: Int
  /// From 1; 0 where none was the best.
  public var bestEpoch: Int
  /// The figures of the best epoch, or of the last where none was the best, by their columns in the history.
  public var figures: ConfigMap
  public var seconds: Double
  /// The file of its best model.
  public var path: String
}

/// How the training of an ensemble ended.
public struct EnsembleOutcome: Sendable {
  public var reason: RunOutcome.Reason
  /// Those that were trained to their end, in order.
  public var members: [EnsembleMember]
  public var seconds: Double
  /// The file of the average; nil where not all members are trained.
  public var path: String?
  /// The members on the rows that validated them, each of them or all as one set: with folds every training row once.
  public var spreads: [Spread] = []
  /// What is said of rows that were not trained on: with folds of every training row, by the members that it validated, else
  /// of the validation rows, by the average.
  public var heldOut: EvaluationResult?
  /// What was found on those rows: what the average's logits are divided by, and the threshold between two classes.
  public var fit: HeldOutFit?
  /// The average on the test rows, where the config names some.
  public var test: EvaluationResult?

  /// The average on held-out rows of a table, beside a linear model and a constant; nil where that says nothing.
  public var comparison: BaselineComparison?

  /// A figure over the members.
  public struct Spread: Sendable {
    /// The column of the history.
    public var name: String
    public var mean: Double
    /// The standard deviation over members.
    public var deviation: Double
  }
}
