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
      let rank = Int((Double(sorted.count + 1) * level).rounded(.up))
      guard rank >= 1, rank <= sorted.count else { return nil }
      let width = sorted[rank - 1]
      let coverage = others.flatMap { others in
        others.isEmpty
          ? nil : Double(others.count { $0 <= width }) / Double(others.count)
      }
      return PredictionInterval(level: level, halfWidth: width, coverage: coverage)
    }
  }
}
