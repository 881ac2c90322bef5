/// Columns of whole numbers whose values are names: of states, schools, persons.
///
/// Values of a quantity that stand next to each other are alike, in the target as well; names that do differ as any two. So the
/// targets' means at values next to each other are compared with how targets of one value differ, by the quotient of both
/// variances: 1 in the mean where neighbours have the same mean, as von Neumann's ratio of successive differences (1941).
extension RawTable {
  /// With fewer values a network tells them apart by itself.
  private static let fewestCodes = 16
  private static let mostCodes = 10_000
  /// Rows that a value has in the mean, at least.
  private static let fewestRows = 3
  /// What the quotient is at least, far beyond chance.
  private static let leastQuotient = 5.0
  /// The part of the targets' variance that lies between neighbours, at least: else little would be gained.
  private static let leastShare = 0.1
  /// The most sums of targets that are formed.
  private static let mostSums = 1 << 24

  /// The values of a column of numbers that are names, as texts, in order; nil of any other column.
  func codes(in index: Int) -> [String]? {
    let column = columns[index]
    guard column.categories == nil, column.times == nil, column.notation == .plain,
      column.offset == 0, let (values, isMissing) = wholeValues(of: index),
      values.count >= Self.fewestCodes, rows.count >= Self.fewestRows * values.count,
      neighboursDiffer(values, of: index)
    else { return nil }
    return (isMissing ? [""] : []) + values.map { TargetKind.className($0) }
  }

  /// The different numbers of a column, ascending, and whether some are missing; nil where they are not whole, or too many.
  private func wholeValues(of index: Int) -> (values: [Float], isMissing: Bool)? {
    guard case .floats(let cells)? = rows.features else { return nil }
    var values: Set<Float> = []
    var isMissing = false
    for place in stride(from: index, to: cells.count, by: columns.count) {
      let value = cells[place]
      if value.isNaN {
        isMissing = true
      } else if value == value.rounded(.towardZero), abs(value) <= 0x1p24 {
        values.insert(value)
        guard values.count <= Self.mostCodes else { return nil }
      } else {
        return nil
      }
    }
    return (values.sorted(), isMissing)
  }

  private func neighboursDiffer(_ values: [Float], of index: Int) -> Bool {
    guard let targets = rows.targets, let sums = TargetSums(values, targets, Self.mostSums) else {
      return false
    }
    var all = sums
    var row = 0
    let places = Dictionary(
      values.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    forEach(index) { value in
      if let place = places[value] { all.add(row, to: place) }
      row += 1
    }
    guard let (quotient, share) = all.differences else { return false }
    return quotient >= Self.leastQuotient && share >= Self.leastShare
  }
}

/// Sums of targets over the rows that have one of some values in common.
private struct TargetSums {
  private let targets: Dataset.Targets
  /// Targets of a row; classes are 1 for their own and 0 for others.
  private let width: Int
  /// By value, then by target.
  private var sums: [Double]
  private var counts: [Double]
  /// Of each target the sum over all rows, and that of squares.
  private var totals: [Double]
  private var squares: [Double]
  /// Of the first row, from which others are counted, so that no digits are lost.
  private let origin: [Double]

  /// - Returns: nil where there would be too many sums.
  init?(_ values: [Float], _ targets: Dataset.Targets, _ most: Int) {
    self.targets = targets
    switch targets {
    case .classes(_, let names):
      width = names.count
      origin = Array(repeating: 0, count: width)
    case .values(let numbers, let names):
      width = names.count
      origin = numbers.prefix(width).map(Double.init)
    }
    guard width > 0, origin.count == width, values.count <= most / width else { return nil }
    sums = Array(repeating: 0, count: values.count * width)
    counts = Array(repeating: 0, count: values.count)
    (totals, squares) = (Array(repeating: 0, count: width), Array(repeating: 0, count: width))
  }

  mutating func add(_ row: Int, to value: Int) {
    counts[value] += 1
    switch targets {
    case .classes(let classes, _): add(1, at: Int(classes[row]), to: value)
    case .values(let numbers, _):
      for target in 0..<width {
        add(Double(numbers[row * width + target]) - origin[target], at: target, to: value)
      }
    }
  }

  private mutating func add(_ number: Double, at target: Int, to value: Int) {
    sums[value * width + target] += number
    totals[target] += number
    squares[target] += number * number
  }

  /// The variance between neighbours by that within values, and the part of all variance that the former is.
  var differences: (quotient: Double, share: Double)? {
    let rows = counts.reduce(0, +)
    let freedom = rows - Double(counts.count)
    guard freedom > 0, counts.count > 1 else { return nil }
    var (within, between, all) = (0.0, 0.0, 0.0)
    for target in 0..<width {
      let total = squares[target] - totals[target] * totals[target] / rows
      guard total > 0 else { continue }
      // Classes as often as they are, values of several targets alike.
      let weight = if case .classes = targets { 1.0 } else { rows / total }
      var explained = 0.0
      for value in counts.indices {
        let sum = sums[value * width + target]
        explained += sum * sum / counts[value]
        guard value > 0 else { continue }
        let step = sum / counts[value] - sums[(value - 1) * width + target] / counts[value - 1]
        between += weight * step * step * Self.pairs(counts[value - 1], counts[value])
      }
      within += weight * max(0, squares[target] - explained)
      all += weight * total / rows
    }
    let pairs = zip(counts, counts.dropFirst()).reduce(0) { $0 + Self.pairs($1.0, $1.1) }
    let steps = Double(counts.count - 1)
    guard within > 0, all > 0 else { return nil }
    let (inner, outer) = (within / freedom, between / steps)
    // Rows of a value are twice what a pair of neighbours is worth.
    return (outer / inner, (outer - inner) / (2 * pairs / steps) / all)
  }

  /// What the difference of two means has as much variance as one of so many rows.
  private static func pairs(_ first: Double, _ second: Double) -> Double {
    first * second / (first + second)
  }
}
