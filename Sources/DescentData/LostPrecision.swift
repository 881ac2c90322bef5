/// A column of numbers that differ by so little beside their size that single precision makes many of them equal:
/// seconds since 1970, identifiers.
struct LostPrecision: Sendable, Equatable {
  /// The column's index.
  var column: Int
  var least: Double
  var greatest: Double

  /// The steps of single precision that the span of a column has to have: with fewer, its values are told apart by
  /// less than a thousandth of it.
  static let leastSteps = 1000.0

  /// The first such column of an array; nil where there is none.
  ///
  /// - Parameters:
  ///   - shape: the array's; its first axis counts rows.
  ///   - isColumnMajor: whether elements of a column stand one after another.
  ///   - value: an element by its place in the file.
  init?(shape: [Int], isColumnMajor: Bool = false, _ value: (Int) -> Double) {
    let rows = shape.first ?? 1
    let width = shape.dropFirst().reduce(1, *)
    guard rows > 1, width > 0 else { return nil }
    var least = [Double](repeating: .infinity, count: width)
    var greatest = [Double](repeating: -.infinity, count: width)
    var isRounded = [Bool](repeating: false, count: width)
    var column = 0
    for place in 0..<(rows * width) {
      let number = value(place)
      if number < least[column] { least[column] = number }
      if number > greatest[column] { greatest[column] = number }
      if Double(Float(number)) != number { isRounded[column] = true }
      if isColumnMajor ? (place + 1) % rows == 0 : true { column += 1 }
      if column == width { column = 0 }
    }
    for column in 0..<width where isRounded[column] {
      let span = greatest[column] - least[column]
      let step = Double(Float(max(-least[column], greatest[column])).ulp)
      // What is not finite is said elsewhere.
      if span > 0, span.isFinite, step.isFinite, span < Self.leastSteps * step {
        (self.column, self.least, self.greatest) = (column, least[column], greatest[column])
        return
      }
    }
    return nil
  }
}
