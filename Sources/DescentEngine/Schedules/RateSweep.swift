import Foundation

/// The rate grows by the same factor in every step: rate = first · factor^step.
///
/// For the range test alone: no config names it.
package struct RateSweep: Schedule {
  package static let kind = "rate_sweep"
  package static let summary = "rate = first · factor^step"

  let first: Double
  let factor: Double

  package init(first: Double, factor: Double) {
    self.first = first
    self.factor = factor
  }

  package init(options: ConfigOptions) { self.init(first: 1, factor: 1) }

  package func rate(step: Int, stepsPerEpoch: Int, horizon: Int, base: Double) -> Double {
    first * pow(factor, Double(step))
  }
}
