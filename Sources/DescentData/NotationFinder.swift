/// Finds the one notation in which all numbers of a column are written.
struct NotationFinder {
  let reader: ColumnReader
  let table: CSVTable
  let place: CSVTable.Place
  let plan: ColumnReader.Plan

  /// - Throws: at the first cell that is written in another notation or unit than those before, and where a mark may
  ///   stand for decimals as well as for thousands.
  func notation(of census: ColumnReader.Census) throws(CSVFault) -> NumberNotation {
    let mayBeElsewise =
      !reader.allowed.contains(.plain) || plan.notation.map { $0 != .plain } ?? false
    guard census.numbers > 0 || mayBeElsewise else { return .plain }
    var found = try scan { table[$0, place].isNaN }
    if census.plain > 0, mayBeElsewise || !found.notations.contains(.plain) {
      found = try scan { _ in true }
    }
    if found.unit != nil, census.plain > 0, let row = firstPlain {
      throw table.fault(.otherUnit, row, place)
    }
    if let unit = plan.notation?.unit, unit != found.unit {
      throw table.fault(.otherUnit, 0, place)
    }
    var notation = try choose(found)
    notation.unit = found.unit
    return notation
  }

  /// The first cell with a point of a column of plain numbers whose points may all stand for thousands: 1.234. Nil where
  /// one of them does not, or there is none.
  func possibleThousands() throws(CSVFault) -> Int? {
    // Most columns are told by their first cell with a fraction; those of whole numbers may be round thousands.
    let first = min(20, table.count)
    var suspect = try firstThousands(among: 0..<first)
    if suspect == nil {
      guard let fraction = (first..<table.count).first(where: isFraction) else { return nil }
      suspect = try firstThousands(among: fraction..<(fraction + 1))
    }
    guard suspect != nil, try areAll(Self.thousandsPoints) else { return nil }
    return suspect
  }

  private static let thousandsPoints = NotationSet(
    NumberNotation(decimal: .comma, thousands: .point))

  private func isFraction(_ row: Int) -> Bool {
    let number = table[row, place]
    return number != number.rounded(.towardZero)
  }

  private func firstThousands(among rows: Range<Int>) throws(CSVFault) -> Int? {
    var found: Int?
    try table.forEachCell(of: place, rows: rows) { row, content in
      guard found == nil, let number = WrittenNumber(content), number.hasMark else { return }
      if number.notations.contains(Self.thousandsPoints) { found = row }
    }
    return found
  }

  /// Whether all numbers may be written in some notations.
  private func areAll(_ notations: NotationSet) throws(CSVFault) -> Bool {
    var areAll = true
    let isWanted = { (_: Int) in areAll }
    try table.forEachCell(of: place, where: isWanted) { _, content in
      if let number = WrittenNumber(content) { areAll = number.notations.contains(notations) }
    }
    return areAll
  }

  private var firstPlain: Int? { (0..<table.count).first { !table[$0, place].isNaN } }

  private struct Found {
    var notations: NotationSet
    var unit: NumberNotation.Unit?
    var isFirst = true
    /// A cell with a point or a comma.
    var marked: Int?
  }

  private func scan(where isWanted: (Int) -> Bool) throws(CSVFault) -> Found {
    var found = Found(notations: reader.allowed)
    try table.forEachCell(of: place, where: isWanted) { row, content throws(CSVFault) in
      guard let number = WrittenNumber(content) else { return }
      if found.isFirst {
        found.unit = number.unit
        found.isFirst = false
      }
      guard number.unit == found.unit else { throw table.fault(.otherUnit, row, place) }
      let common = found.notations.intersection(number.notations)
      guard !common.isEmpty else {
        throw table.fault(
          found.marked == nil ? .notInNotation : .otherNotation, row, place)
      }
      found.notations = common
      if number.hasMark { found.marked = found.marked ?? row }
    }
    return found
  }

  private func choose(_ found: Found) throws(CSVFault) -> NumberNotation {
    let (points, commas) = (
      found.notations.intersection(.decimalPoint), found.notations.intersection(.decimalComma)
    )
    // Without a mark all mean the same.
    guard let marked = found.marked else {
      return plan.notation.flatMap {
        found.notations.contains(NotationSet($0)) ? $0 : nil
      } ?? found.notations.first ?? .plain
    }
    guard !points.isEmpty, !commas.isEmpty else { return found.notations.first ?? .plain }
    if let known = plan.notation {
      let same = known.decimal == .comma ? commas : points
      if same.contains(NotationSet(known)), let notation = same.first { return notation }
      throw table.fault(.ambiguousNumber, marked, place)
    }
    // A point is a decimal one unless something in the column says otherwise.
    if found.notations.contains(.plain) { return .plain }
    throw table.fault(.ambiguousNumber, marked, place)
  }
}

extension NotationSet {
  /// The notation of numbers in programs.
  package static let plain = NotationSet(.plain)

  /// One notation, its unit apart.
  init(_ notation: NumberNotation) {
    let index = Self.every.firstIndex {
      $0.decimal == notation.decimal && $0.thousands == notation.thousands
    }
    self.init(rawValue: index.map { 1 << UInt16($0) } ?? 0)
  }
}
