/// The history as a table: one line an epoch, columns as in `/history`.
enum HistoryCSV {
  static func text(_ history: History) -> String {
    let columns = HistoryColumn.all(
      metrics: history.metricNames, withValidation: history.hasValidation)
    var lines = [columns.map { Predictions.quoted($0.name) }.joined(separator: ",")]
    for record in history.epochs {
      lines.append(columns.map { $0.text(of: record) }.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
