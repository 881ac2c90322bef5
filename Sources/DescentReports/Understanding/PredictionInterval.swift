/// How far the truth is from a prediction at most, in so great a part of all cases: split conformal prediction (Vovk et al. 2005),
/// from the errors of rows that were not trained on.
public struct PredictionInterval: Sendable, Equatable {
  /// The part of cases.
  public var level: Double
  /// What is added to a prediction and taken from it.
  public var halfWidth: Double
  /// The part of other rows whose truth is within; nil where there are none.
  public var coverage: Double?

  static let levels = [0.5, 0.8, 0.9, 0.95]

  /// The intervals of all levels for which there are rows enough.
  ///
  /// Of n errors the ⌈(n + 1)·level⌉-th smallest is taken, so that one more row is within with at least that probability where
  /// it is of the same kind.
  ///
  /// - Parameters:
  ///   - errors: distances of truth and prediction of rows that the model has not learnt from.
  ///   - others: those of other such rows, which tell the coverage.
  static func all(errors: [Double], others: [Double]?) -> [PredictionInterval] {
    let sorted = errors.filter(\.isFinite).sorted()
    return levels.compactMap { level in
      guard let width = halfWidth(level, ofAscending: sorted) else { return nil }
      let coverage = others.flatMap { others in
        others.isEmpty
          ? nil : Double(others.count { $0 <= width }) / Double(others.count)
      }
      return PredictionInterval(level: level, halfWidth: width, coverage: coverage)
    }
  }

  /// How far the truth is from a prediction at most, in such a part of cases.
  ///
  /// - Parameter errors: distances in ascending order.
  /// - Returns: nil where there are fewer than `fewestRows(level)`.
  package static func halfWidth(_ level: Double, ofAscending errors: [Double]) -> Double? {
    let rank = rank(level, of: errors.count)
    return rank >= 1 && rank <= errors.count ? errors[rank - 1] : nil
  }

  /// Of how many rows errors have to be known.
  package static func fewestRows(_ level: Double) -> Int {
    Int((level / (1 - level) - 1e-9).rounded(.up))
  }

  /// A little less than n + 1 times the level is not rounded up to one more for want of a bit.
  private static func rank(_ level: Double, of count: Int) -> Int {
    Int((Double(count + 1) * level - 1e-9).rounded(.up))
  }
}
