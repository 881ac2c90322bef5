import Foundation

/// What logits are divided by so that probabilities are as sure as they are right (Guo et al. 2017, "On Calibration of Modern
/// Neural Networks"): the temperature with the least negative log-likelihood of rows that were not trained on.
///
/// A few rows that are all right would ask for ever surer probabilities. So 1 is held to be likely beforehand: the logarithm
/// of the temperature is taken for normally distributed, with a standard deviation of a quarter, and the most likely
/// temperature is chosen.
package enum Temperature {
  private static let limits = 0.25...4.0
  /// More rows than these do not change it by a hundredth.
  private static let mostRows = 20_000
  private static let tiniest = 1e-12
  private static let deviation = 0.25

  /// The temperature for predictions of classes, or of yes and no; 1 where they are no probabilities.
  package static func fitted(to predictions: EpochPredictions) -> Double {
    guard predictions.count > 0, predictions.scale.givesProbabilities else { return 1 }
    let step = max(1, predictions.count / mostRows)
    let rows = Array(stride(from: 0, to: predictions.count, by: step))
    let (probabilities, outputs) = (predictions.probabilities, predictions.outputs)
    let isBinary = predictions.form == .values
    /// By row the logits and what is right, in natural logarithms of odds or of probabilities.
    let logits = rows.map { row in
      (0..<outputs).map { output -> Double in
        let p = min(max(Double(probabilities[row * outputs + output]), tiniest), 1 - tiniest)
        return isBinary ? log(p / (1 - p)) : log(p)
      }
    }
    func cost(_ temperature: Double) -> Double {
      let distance = log(temperature) / deviation
      var sum = distance * distance / 2 / Double(step)
      for (row, values) in zip(rows, logits) {
        if isBinary {
          for (output, z) in values.enumerated() {
            let truth = Double(predictions.values[row * outputs + output])
            // −log σ(z) and −log(1 − σ(z)), without overflow.
            let softplus = log1p(exp(-abs(z / temperature))) + max(z / temperature, 0)
            sum += softplus - truth * z / temperature
          }
          continue
        }
        let largest = (values.max() ?? 0) / temperature
        let total = values.reduce(0) { $0 + exp($1 / temperature - largest) }
        sum += largest + log(total) - values[predictions.truth(row)] / temperature
      }
      return sum
    }
    return exp(
      least(
        from: log(limits.lowerBound), to: log(limits.upperBound), of: { cost(exp($0)) }))
  }

  /// The place of the least value of a function with one valley, by golden sections.
  private static func least(from: Double, to: Double, of value: (Double) -> Double) -> Double {
    let ratio = (5.0.squareRoot() - 1) / 2
    var (a, b) = (from, to)
    var (c, d) = (b - ratio * (b - a), a + ratio * (b - a))
    var (atC, atD) = (value(c), value(d))
    while b - a > 1e-3 {
      if atC < atD {
        (b, d, atD) = (d, c, atC)
        c = b - ratio * (b - a)
        atC = value(c)
      } else {
        (a, c, atC) = (c, d, atD)
        d = a + ratio * (b - a)
        atD = value(d)
      }
    }
    return (a + b) / 2
  }
}
