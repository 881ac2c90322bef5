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

  /// The value of a column of the history in an epoch's record.
  ///
  /// Columns: cost, penalty, validation_cost, learning_rate, gradient_norm, each metric by name and with
  /// the prefix `validation_`.
  public func value(_ column: String, in record: EpochRecord) -> Double? {
    switch column {
    case "cost": return record.cost
    case "penalty": return record.penalty
    case "validation_cost": return record.validationCost
    case "learning_rate": return record.learningRate
    case "gradient_norm": return record.gradientNorm
    default:
      if let index = metricNames.firstIndex(of: column) {
        return record.metrics.indices.contains(index) ? record.metrics[index] : nil
      }
      if column.hasPrefix("validation_"),
        let index = metricNames.firstIndex(of: String(column.dropFirst("validation_".count)))
      {
        return record.validationMetrics.indices.contains(index)
          ? record.validationMetrics[index] : nil
      }
      return nil
    }
  }

  /// The columns there are.
  public func columns(withValidation: Bool) -> [String] {
    var names = ["cost", "penalty", "learning_rate", "gradient_norm"] + metricNames
    if withValidation {
      names += ["validation_cost"] + metricNames.map { "validation_" + $0 }
    }
    return names
  }
}
