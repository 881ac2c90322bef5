import Foundation

@testable import Kernels

/// Costs of one row in Double, in the plainest form of their definitions.
extension Reference {
  /// Probabilities are clipped to [ε, 1 − ε] as a Float holds those numbers.
  static let lowest = Double(Float(1e-7))
  static let highest = Double(1 - Float(1e-7))

  static func clipped(_ y: Double) -> Double { max(lowest, min(highest, y)) }

  static func squaredError(_ y: [Double], _ t: [Double]) -> Double {
    zip(y, t).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(y.count)
  }

  static func binaryCrossEntropy(_ y: [Double], _ t: [Double]) -> Double {
    zip(y, t).reduce(0) { sum, pair in
      let y = clipped(pair.0)
      return sum - pair.1 * log(y) - (1 - pair.1) * log(1 - y)
    } / Double(y.count)
  }

  static func categoricalCrossEntropy(_ y: [Double], _ t: [Double]) -> Double {
    zip(y, t).reduce(0) { $0 - $1.1 * log(clipped($1.0)) }
  }

  static func sigmoidCrossEntropy(_ z: [Double], _ t: [Double]) -> Double {
    zip(z, t).reduce(0) { sum, pair in
      // −ln σ(z) = ln(1 + e⁻ᶻ)
      let (z, t) = pair
      let minusLogOfYes = max(-z, 0) + log1p(exp(-abs(z)))
      let minusLogOfNo = max(z, 0) + log1p(exp(-abs(z)))
      return sum + t * minusLogOfYes + (1 - t) * minusLogOfNo
    } / Double(z.count)
  }

  static func softmaxCrossEntropy(_ z: [Double], _ t: [Double]) -> Double {
    let total = logSumExp(z)
    return zip(z, t).reduce(0) { $0 + $1.1 * (total - $1.0) }
  }
}
