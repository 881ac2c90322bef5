import Foundation

/// The probability of the second of two classes above which that is the answer, chosen so that a figure is the best on rows that
/// were not trained on.
///
/// One half is right where either mistake costs the same and probabilities are what they say. A rare class is seldom more
/// probable than that: of a figure such as F1 another threshold makes more.
public struct DecisionThreshold: Sendable, Equatable {
  /// What is made the best. Youden's index is twice the balanced accuracy less 1, and so chooses the same.
  public enum Figure: String, Sendable, CaseIterable {
    case accuracy
    case balancedAccuracy = "balanced_accuracy"
    case f1
    case matthews

    func value(of matrix: ConfusionMatrix) -> Double {
      switch self {
      case .accuracy: matrix.accuracy
      case .balancedAccuracy: matrix.balancedAccuracy
      case .f1: matrix.counts(of: 1).f1
      case .matthews: MatthewsCorrelation.correlation(matrix)
      }
    }
  }

  public var threshold: Double
  public var figure: Figure
  /// The figure of the rows with this threshold, and with one half.
  public var value: Double
  public var valueAtHalf: Double

  /// - Returns: nil where rows are of no two classes, no probabilities are given, or all are the same.
  package init?(_ predictions: EpochPredictions, by figure: Figure) {
    guard predictions.isOfTwo, predictions.count > 1 else { return nil }
    let probabilities = predictions.probabilities
    let (last, width) = (predictions.outputs - 1, predictions.outputs)
    let rows = (0..<predictions.count).map { row in
      (
        probability: Double(probabilities[row * width + last]),
        truth: predictions.form == .values
          ? predictions.values[row] > 0.5 ? 1 : 0 : predictions.truth(row)
      )
    }.sorted { $0.probability < $1.probability }
    // From the threshold below all, with which every answer is yes, upwards.
    var matrix = ConfusionMatrix(classes: 2)
    for row in rows { matrix.add(truth: row.truth, prediction: 1) }
    var best: (threshold: Double, value: Double)?
    for (place, row) in rows.enumerated().dropLast() {
      matrix.move(truth: row.truth, from: 1, to: 0)
      let next = rows[place + 1].probability
      guard next > row.probability else { continue }
      let threshold = (row.probability + next) / 2
      let value = figure.value(of: matrix)
      let isNearer = best.map { abs(threshold - 0.5) < abs($0.threshold - 0.5) } ?? true
      if value > best?.value ?? -.infinity || value == best?.value && isNearer {
        best = (threshold, value)
      }
    }
    guard let best else { return nil }
    threshold = best.threshold
    value = best.value
    self.figure = figure
    var half = predictions
    half.threshold = nil
    valueAtHalf = figure.value(of: half.confusions[0])
  }

  /// The same for logits that are divided by a temperature: the same answers.
  package func tempered(by temperature: Double) -> DecisionThreshold {
    var other = self
    other.threshold = 1 / (1 + pow((1 - threshold) / threshold, 1 / temperature))
    return other
  }
}
