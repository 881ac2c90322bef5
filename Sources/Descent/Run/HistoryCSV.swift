/// The history as a table: one line an epoch, columns as in `/history`.
enum HistoryCSV {
  static func text(_ history: History) -> String {
    let hasValidation = history.epochs.contains { $0.validationCost != nil }
    var header = ["epoch", "cost", "penalty", "learning_rate", "gradient_norm"]
    header += ["seconds", "samples_per_second"] + history.metricNames
    if hasValidation {
      header += ["validation_cost"] + history.metricNames.map { "validation_" + $0 }
    }
    var lines = [header.map(Predictions.quoted).joined(separator: ",")]
    for record in history.epochs {
      var cells = [
        String(record.number), String(record.cost), String(record.penalty),
        String(record.learningRate), String(record.gradientNorm), String(record.seconds),
        String(record.samplesPerSecond),
      ]
      cells += record.metrics.map { String($0) }
      if hasValidation {
        cells.append(record.validationCost.map { String($0) } ?? "")
        cells += history.metricNames.indices.map {
          record.validationMetrics.isEmpty ? "" : String(record.validationMetrics[$0])
        }
      }
      lines.append(cells.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
