/// What a model's file keeps of rows that the model was not trained on.
package struct HeldOutRecord: Sendable, Equatable {
  /// What the logits were divided by so that probabilities are as sure as they are right; nil where nothing was.
  package var temperature: Double?
  /// How far predictions were off, for each output in ascending order, of as many rows each: what prediction intervals follow from.
  /// Empty where no quantities are predicted, or no rows were held out.
  package var errors: [[Float]] = []

  /// Rows whose errors are kept: of more, every so many.
  private static let mostRows = 1 << 14

  package init(temperature: Double? = nil, errors: [[Float]] = []) {
    self.temperature = temperature
    self.errors = errors
  }

  /// The distances of predictions and truth; none where outputs are no quantities.
  package static func errors(of predictions: EpochPredictions?) -> [[Float]] {
    guard let predictions, predictions.scale == .quantities, predictions.form == .values,
      predictions.count > 0
    else { return [] }
    let (count, outputs) = (predictions.count, predictions.outputs)
    let taken = min(count, mostRows)
    let rows = (0..<taken).map { $0 * count / taken * outputs }.filter { first in
      (first..<first + outputs).allSatisfy { predictions.predictions[$0].isFinite }
    }
    guard !rows.isEmpty else { return [] }
    return (0..<outputs).map { output in
      rows.map { abs(predictions.predictions[$0 + output] - predictions.values[$0 + output]) }
        .sorted()
    }
  }
}
