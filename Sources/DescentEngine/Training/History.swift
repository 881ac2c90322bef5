/// A run's costs, epoch by epoch and step by step, over all its resumptions.
public struct History: Sendable, Equatable {
  /// The names of the metrics, in the order of each record's `metrics`.
  public var metricNames: [String]
  public var epochs: [EpochRecord] = []
  /// The cost of every step's mini-batch.
  public var stepCosts: [Float] = []
  /// The learning rate of every step; empty where it never varies.
  public var stepRates: [Float] = []

  public init(metricNames: [String] = []) { self.metricNames = metricNames }

  /// What the history has of steps.
  package static let stepFields = [
    RecordField<History>(
      "cost", .floats(\.stepCosts), shape: "(S)", "the mean cost of each step's batch"),
    RecordField(
      "learning_rate", .floats(\.stepRates), shape: "(S)", isRequired: false,
      count: \History.stepCosts.count,
      "the rate of each step; present where the schedule can vary it"),
  ]

  /// Whether any epoch has been validated.
  package var hasValidation: Bool { epochs.contains { $0.validationCost != nil } }

  /// The value of a column of the history in an epoch's record.
  ///
  /// Columns: cost, penalty, validation_cost, learning_rate, gradient_norm, seconds, samples_per_second, each metric by
  /// name and with the prefix `validation_`.
  public func value(_ column: String, in record: EpochRecord) -> Double? {
    HistoryColumn.named(column, metrics: metricNames)?.value(of: record)
  }

  /// The columns that a run can be drawn and decided by: all but the epochs' numbers and times.
  public func columns(withValidation: Bool) -> [String] {
    HistoryColumn.all(metrics: metricNames, withValidation: withValidation)
      .filter { $0.kind == .result || $0.kind == .ofSteps }.map(\.name)
  }
}
