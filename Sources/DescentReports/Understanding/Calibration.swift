/// Whether probabilities are what they say: of rows that a class was given a probability for, the part that is of the class.
///
/// Of two classes the second is looked at; of more the one that is the most probable in each row.
public struct Calibration: Sendable, Equatable {
  /// Rows of similar probability.
  public struct Bin: Sendable, Equatable {
    public var rows: Int
    /// The mean of the probabilities.
    public var probability: Double
    /// The part of the rows that is of the class.
    public var frequency: Double
  }

  /// The second of two classes; nil where the most probable of several is looked at.
  public var name: String?
  /// Ten of equal width, without those that no row is in.
  public var bins: [Bin]
  /// The expected calibration error (Naeini et al. 2015): the mean distance of probability and frequency, bins counting by
  /// their rows.
  public var expectedError: Double

  static let mostBins = 10

  /// - Parameters:
  ///   - probabilities: for each row one for every class.
  ///   - truth: the class of each row.
  init(_ probabilities: [[Double]], truth: [Int], names: [String]) {
    var rows = [Int](repeating: 0, count: Self.mostBins)
    var (sums, hits) = ([Double](repeating: 0, count: Self.mostBins), rows)
    for (own, right) in zip(probabilities, truth) {
      let answer = own.count == 2 ? 1 : own.indices.reduce(0) { own[$1] > own[$0] ? $1 : $0 }
      let place = own[answer] * Double(Self.mostBins)
      let bin = place >= 0 ? Int(min(place, Double(Self.mostBins - 1))) : 0
      rows[bin] += 1
      sums[bin] += own[answer]
      if answer == right { hits[bin] += 1 }
    }
    name = probabilities.first?.count == 2 && names.count == 2 ? names[1] : nil
    bins = rows.indices.filter { rows[$0] > 0 }.map { bin in
      Bin(
        rows: rows[bin], probability: sums[bin] / Double(rows[bin]),
        frequency: Double(hits[bin]) / Double(rows[bin]))
    }
    let total = Double(max(1, truth.count))
    expectedError = bins.reduce(0) {
      $0 + abs($1.probability - $1.frequency) * Double($1.rows) / total
    }
  }
}
