extension Dataset {
  /// Divides the rows at random into those to train on and those to validate with.
  ///
  /// Classes are stratified: each has its share of validation rows, rounded by largest remainder so
  /// that the shares add up to `validationFraction · count`, rounded to the nearest integer. A class
  /// of two rows or more keeps at least one on each side, and one of a single row trains; where
  /// these demand another total, they go first. Values are drawn without regard to what they are.
  ///
  /// The division depends on the seed, the count and the classes alone, and both parts keep the
  /// order of rows.
  ///
  /// - Parameters:
  ///   - validationFraction: the fraction of rows to validate with, between 0 and 1.
  ///   - seed: the run's seed.
  /// - Throws: `.invalidInput` if the fraction is not between 0 and 1, or a part would be empty.
  public func split(
    validationFraction: Double, seed: UInt64
  ) throws(DescentError) -> (training: Dataset, validation: Dataset) {
    try check(role: "whole")
    let split = try RowSplit(self, fraction: validationFraction, seed: seed)
    return (subset(split.training), subset(split.validation))
  }

  /// How many rows of each class validate.
  static func quotas(sizes: [Int], fraction: Double) -> [Int] {
    let shares = sizes.map { Double($0) * fraction }
    let total = Int((Double(sizes.reduce(0, +)) * fraction).rounded())
    let least = sizes.map { min(1, max(0, $0 - 1)) }
    let most = sizes.map { max(0, $0 - 1) }
    var quotas = sizes.indices.map { min(max(Int(shares[$0]), least[$0]), most[$0]) }
    var missing = total - quotas.reduce(0, +)
    let step = missing.signum()
    // Furthest from their share come first, and of equals the first class.
    let order = sizes.indices.map { ($0, Double(step) * (shares[$0] - Double(quotas[$0]))) }
      .sorted { ($0.1, $1.0) > ($1.1, $0.0) }.map(\.0)
    while missing != 0 {
      let before = missing
      for index in order where missing != 0 {
        guard step > 0 ? quotas[index] < most[index] : quotas[index] > least[index] else {
          continue
        }
        quotas[index] += step
        missing -= step
      }
      // The least or the most that classes allow adds up to another total.
      if missing == before { break }
    }
    return quotas
  }
}
