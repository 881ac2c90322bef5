import Foundation

/// How far a model is off, row by row: what importance and groups are told in.
///
/// For classes it is the log loss, −ln of the right class's probability, and where outputs are no probabilities the share of
/// wrong answers; for values the root of the mean squared error, over all of them where there are several.
struct ErrorFigure: Sendable {
  enum Kind: String, Sendable {
    case logLoss = "log_loss"
    case errorRate = "error_rate"
    case rootMeanSquaredError = "root_mean_squared_error"
  }

  let kind: Kind
  private let truth: Dataset.Targets
  private let scale: OutputScale
  private let outputs: Int

  /// Nil where several answers may be right at once, or there are no targets.
  init?(_ model: Model, _ rows: Dataset, cost: any Cost) {
    guard let truth = rows.targets else { return nil }
    self.truth = truth
    scale = cost.scale(of: model.network.output)
    outputs = model.network.outputWidth
    switch truth {
    case .classes(_, let names):
      guard outputs == 1 ? names.count <= 2 : names.count <= outputs else { return nil }
      kind = scale.givesProbabilities ? .logLoss : .errorRate
    case .values(_, let names):
      guard names.count == outputs, scale == .quantities else { return nil }
      kind = .rootMeanSquaredError
    }
  }

  /// The probabilities that outputs mean, a column for each class.
  func probabilities(_ predictions: [Float]) -> [[Double]] {
    let numbers = scale.probabilities(of: predictions, width: outputs, areExclusive: true)
    return stride(from: 0, to: numbers.count, by: outputs).map { start in
      outputs == 1
        ? [1 - Double(numbers[start]), Double(numbers[start])]
        : numbers[start..<start + outputs].map { Double($0) }
    }
  }

  /// The class that is right in a row.
  func rightClass(_ row: Int) -> Int {
    if case .classes(let classes, _) = truth { Int(classes[row]) } else { 0 }
  }

  /// A row's part in the figure.
  func losses(_ predictions: [Float]) -> [Double] {
    switch (kind, truth) {
    case (.logLoss, _):
      // The least that single precision tells from 0, so that one row does not decide alone.
      return probabilities(predictions).enumerated().map { -log(max($1[rightClass($0)], 1e-7)) }
    case (.rootMeanSquaredError, .values(let values, _)):
      return stride(from: 0, to: values.count, by: outputs).map { start in
        (start..<start + outputs).reduce(0) {
          let difference = Double(predictions[$1]) - Double(values[$1])
          return $0 + difference * difference
        } / Double(outputs)
      }
    default:
      return stride(from: 0, to: predictions.count, by: outputs).enumerated().map { row, start in
        scale.answer(predictions[start..<start + outputs]) == rightClass(row) ? 0 : 1
      }
    }
  }

  /// The figure for a mean of rows' parts.
  func figure(ofMean mean: Double) -> Double {
    kind == .rootMeanSquaredError ? max(0, mean).squareRoot() : mean
  }
}
