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

  /// The first cell of a column of plain numbers whose points may all stand for thousands.
  func possibleThousands() throws(CSVFault) -> Int? {
    let found = try scan { _ in true }
    let other = NumberNotation(decimal: .comma, thousands: .point)
    return found.notations.contains(NotationSet(other)) ? found.marked : nil
  }

  private var firstPlain: Int? {
    (0..<table.count).first { !table[$0, place].isNaN }
  }

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
    // Without a mark both mean the same.
    guard let marked = found.marked, !points.isEmpty, !commas.isEmpty else {
      return found.notations.first ?? .plain
    }
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
  static let plain = NotationSet(.plain)

  /// One notation, its unit apart.
  init(_ notation: NumberNotation) {
    let index = Self.every.firstIndex {
      $0.decimal == notation.decimal && $0.thousands == notation.thousands
    }
    rawValue = index.map { 1 << UInt16($0) } ?? 0
  }
}
