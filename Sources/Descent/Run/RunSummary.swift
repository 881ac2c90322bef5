/// What a run is, before it begins.
public struct RunSummary: Sendable {
  public var name: String
  /// Its folder.
  public var folder: String
  public var network: NetworkSummary
  public var cost: String
  public var optimizer: String
  public var schedule: String
  /// How training rows are augmented, in this order; empty where they are not.
  public var augmentation: [String]
  public var trainingRows: Int
  public var validationRows: Int
  public var testRows: Int?
  public var batchSize: Int
  public var batchesPerEpoch: Int
  public var epochs: Int
  public var threads: Int
  /// Shards in a full batch.
  public var shards: Int
  /// The groups that these make up.
  public var groups: Int
  /// The processes that share them.
  public var ranks = 1
  public var kernels: String
  /// What the operands of products are rounded to, and whether products take less time for it here.
  public var precision: ProductPrecision
  public var roundingGains: Bool
  /// Epochs and steps that are done already.
  public var startEpoch: Int
  public var startStep: Int
  public var metricNames: [String]
  /// The metric whose mean over the epoch so far `TrainingControl` tells; nil where none is a mean over rows.
  public var runningMetric: String?
  /// The validation cost of each epoch done already, or the cost where nothing is validated.
  public var curve: [Double] = []
  public var warnings: [String]
  /// What was read and what it was taken for.
  public var data: DataReport
  /// How the learning rate was found, where the config left that open.
  public var rateSearch: RateSearch?
}

/// What happens in a run.
public enum RunEvent: Sendable {
  case epoch(EpochRecord, isBest: Bool)
  case checkpoint(path: String)
  case warning(String)
  /// What is the matter with a run that diverged; of one that ended the outcome has the findings.
  case finding(Finding)
}

/// How a run ended.
public struct RunOutcome: Sendable {
  public enum Reason: String, Sendable {
    case finished
    case stoppedEarly = "stopped_early"
    case interrupted
    case nothingToDo = "nothing_to_do"
  }

  public var reason: Reason
  public var epochsDone: Int
  public var steps: Int
  /// Wall time.
  public var seconds: Double
  /// The best epoch, from 1; 0 where none was the best, because the figure that decides was never a number.
  public var bestEpoch: Int
  public var bestValue: Double?
  /// The figure that decides, as a column of the history.
  public var bestMonitor: String?
  public var lastPath: String
  /// The best model; nil where there is none on the disk.
  public var bestPath: String?
  /// The best model on the test rows, where the config names some.
  public var test: EvaluationResult?
  /// The model on held-out rows of a table, beside a linear one and a constant; nil where that says nothing.
  public var comparison: BaselineComparison?
  /// What was found on the validation rows once training was over; nil where nothing was.
  public var fit: HeldOutFit?
  /// What a look at the run has found; empty for a sound one, and for one that was interrupted.
  public var findings: [Finding] = []
}

/// Costs and metrics of a model on a data set.
public struct EvaluationResult: Sendable {
  public var rows: Int
  public var cost: Double
  public var metrics: [(name: String, value: Double)]
  /// Where the rows came from.
  public var data: String
  /// Whether rows count in the cost by their weights.
  public var isWeighted = false
  /// The probability of the second of two classes above which that was the answer; nil: one half.
  public var threshold: Double?
  /// What a user should know of how the rows were read.
  public var warnings: [String] = []
  /// What each class or label is right and wrong about; empty for values.
  public var classes: [(name: String, counts: ConfusionMatrix.ClassCounts)] = []
  /// Which classes were taken for which, in the order of `classes`; nil where there are no classes, or where
  /// several labels may be right at once.
  public var confusion: ConfusionMatrix?
  /// What the model makes of the columns, where that is asked for and rows are a table's.
  public var understanding: Understanding?
}
