/// What brings columns of any magnitude that a float holds to one at which `Normalization` can take over: its variance
/// is a float, which is 0 or infinite for standard deviations beyond 1e-22 and 1e19, and it divides by no less than 1e-7.
///
/// The factors are powers of two, which change no digit of a number: the same rows at another power of two give the
/// same model, to the bit.
package struct MagnitudeScaling: Equatable {
  /// One for each column, 1 where `Normalization` alone does.
  package var factors: [Double]

  /// Nil where `Normalization` alone does for every column.
  package init?(_ statistics: ColumnStatistics) {
    factors = statistics.variance.map { variance in
      let deviation = variance.squareRoot()
      let isWithin =
        deviation > Double(Normalization.epsilon)
        && variance < Double(Float.greatestFiniteMagnitude)
      guard !isWithin, deviation > 0, deviation.isFinite else { return 1 }
      // 2¹²⁷ is the greatest power of two that a float holds.
      return Double(sign: .plus, exponent: min(127, max(-126, -deviation.exponent)), significand: 1)
    }
    if factors.allSatisfy({ $0 == 1 }) { return nil }
  }

  /// The layer before a `Normalization`.
  package var layer: Rescaling { Rescaling(factors: factors) }

  /// The layer after a `Normalization` that undoes a scaling.
  package var inverseLayer: Rescaling { Rescaling(factors: factors.map { 1 / $0 }) }
}

extension ColumnStatistics {
  /// The statistics of the columns times factors; a constant column stays one.
  package func scaled(by factors: [Double]) -> ColumnStatistics {
    var scaled = self
    for (column, factor) in factors.enumerated() where factor != 1 {
      scaled.mean[column] *= factor
      scaled.variance[column] *= factor * factor
    }
    return scaled
  }
}
