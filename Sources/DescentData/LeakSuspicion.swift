/// Columns of training rows that alone say what is to be predicted: mostly they are known no sooner than the target is.
enum LeakSuspicion {
  /// Fewer rows may be divided so by chance.
  private static let fewestRows = 30
  /// More rows say no more.
  private static let mostRows = 10_000
  /// From which correlation on a number is taken for another form of the target.
  private static let correlation = 0.9999

  /// What is to be said of such columns, a sentence each.
  static func remarks(_ table: RawTable) -> [String] {
    let rows = table.rows
    guard rows.count >= fewestRows, let targets = rows.targets,
      case .floats(let values)? = rows.features
    else { return [] }
    let places = rows.spreadPlaces(mostRows)
    let width = table.columns.count
    return table.columns.enumerated().compactMap { index, column -> String? in
      guard column.times == nil else { return nil }
      let cells = places.map { values[$0 * width + index] }
      let why: String?
      switch targets {
      case .classes(let classes, let names):
        let own = places.map { Int(classes[$0]) }
        why =
          column.categories == nil
          ? divides(cells, own, classes: names.count) : goesTogether(cells, own)
      case .values(let numbers, let names) where names.count == 1 && column.categories == nil:
        why = follows(cells, places.map { numbers[$0] })
      case .values: why = nil
      }
      return why.map {
        "column '\(column.name)' alone tells the target: \($0); data.columns: { \(column.name.yamlWord): drop } leaves it out "
          + "if it is not known when something is to be predicted"
      }
    }
  }

  /// Each category has one class.
  private static func goesTogether(_ cells: [Float], _ classes: [Int]) -> String? {
    var known: [Float: Int] = [:]
    for (cell, own) in zip(cells, classes) {
      if let other = known[cell], other != own { return nil }
      known[cell] = own
    }
    // Texts that are different in most rows name rows.
    guard known.count > 1, known.count * 3 <= cells.count, Set(known.values).count > 1 else {
      return nil
    }
    return "each of its values goes with one class"
  }

  /// Each class has a range of its own.
  private static func divides(_ cells: [Float], _ classes: [Int], classes count: Int) -> String? {
    var ranges = [(least: Float, most: Float)?](repeating: nil, count: count)
    var known = 0
    for (cell, own) in zip(cells, classes) where !cell.isNaN {
      let range = ranges[own] ?? (cell, cell)
      ranges[own] = (min(range.least, cell), max(range.most, cell))
      known += 1
    }
    let order = ranges.compactMap(\.self).sorted { $0.least < $1.least }
    guard known >= fewestRows, order.count > 1 else { return nil }
    return zip(order, order.dropFirst()).allSatisfy { $0.most < $1.least }
      ? "each class has numbers of its own" : nil
  }

  /// A straight line leads from one to the other.
  private static func follows(_ cells: [Float], _ numbers: [Float]) -> String? {
    let pairs = zip(cells, numbers).filter { !$0.0.isNaN }.map { (Double($0), Double($1)) }
    guard pairs.count >= fewestRows else { return nil }
    let count = Double(pairs.count)
    let (x, y) = (
      pairs.reduce(0) { $0 + $1.0 } / count, pairs.reduce(0) { $0 + $1.1 } / count
    )
    let (xx, yy, xy) = pairs.reduce((0.0, 0.0, 0.0)) {
      let (a, b) = ($1.0 - x, $1.1 - y)
      return ($0.0 + a * a, $0.1 + b * b, $0.2 + a * b)
    }
    guard xx > 0, yy > 0 else { return nil }
    let found = xy / (xx * yy).squareRoot()
    return abs(found) >= correlation ? "its correlation with it is \(Figures.value(found))" : nil
  }
}
