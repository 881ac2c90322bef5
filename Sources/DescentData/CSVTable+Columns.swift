/// The cells of a table's columns, found again where their text matters.
extension CSVTable {
  /// Where a column's cells are; nil where the column is not used.
  func place(of column: Int) -> Place? {
    if let slot = layout.featureColumns.firstIndex(of: column) {
      return Place(isFeature: true, slot: slot)
    }
    return layout.otherColumns.firstIndex(of: column).map { Place(isFeature: false, slot: $0) }
  }

  func extent(of place: Place) -> ColumnExtent {
    (place.isFeature ? features : others).extents[place.slot]
  }

  /// The number in each row, NaN where a cell is not plainly one.
  subscript(row: Int, place: Place) -> Float {
    get {
      place.isFeature
        ? features.numbers[row * features.width + place.slot]
        : others.numbers[row * others.width + place.slot]
    }
    set {
      if place.isFeature {
        features.numbers[row * features.width + place.slot] = newValue
      } else {
        others.numbers[row * others.width + place.slot] = newValue
      }
    }
  }

  /// How many different numbers a column holds; nil for more than a report says.
  func differentNumbers(_ place: Place) -> Int? {
    // Small whole numbers repeat most, and are looked up fastest.
    var small = [Bool](repeating: false, count: 1024)
    var others: Set<Float> = []
    var different = 0
    for row in 0..<count {
      let number = self[row, place]
      guard !number.isNaN else { continue }
      let isNew: Bool
      if let whole = Int(exactly: number), small.indices.contains(whole) {
        isNew = !small[whole]
        small[whole] = true
      } else {
        isNew = others.insert(number).inserted
      }
      different += isNew ? 1 : 0
      if different > TableReport.Column.mostValues { return nil }
    }
    return different
  }

  /// Calls `body` with the row and the content of those cells of a column that are wanted, from the first row on.
  ///
  /// - Parameter rows: the rows that are looked at; nil: all.
  func forEachCell(
    of place: Place, rows: Range<Int>? = nil, where isWanted: (_ row: Int) -> Bool = { _ in true },
    body: (_ row: Int, _ content: UnsafeBufferPointer<UInt8>) throws(CSVFault) -> Void
  ) throws(CSVFault) {
    try file.bytes.withUnsafeBufferPointer { text throws(CSVFault) in
      let cells = CSVCell(text: text, delimiter: layout.delimiter)
      for row in rows ?? 0..<count where isWanted(row) {
        let start = offset(row, place)
        let end = cells.end(of: start, before: text.count) ?? text.count
        try cells.withContent(start..<end) { content throws(CSVFault) in try body(row, content) }
      }
    }
  }

  /// The byte at which a cell begins.
  private func offset(_ row: Int, _ place: Place) -> Int {
    let cells = place.isFeature ? features : others
    return rowStarts[row] + Int(cells.places[row * cells.width + place.slot])
  }

  /// What is wrong with a cell.
  func fault(_ kind: CSVFault.Kind, _ row: Int, _ place: Place) -> CSVFault {
    let columns = place.isFeature ? layout.featureColumns : layout.otherColumns
    return CSVFault(kind: kind, offset: offset(row, place), column: columns[place.slot])
  }

  /// The text of each row.
  func texts(of place: Place) throws(CSVFault) -> [String] {
    var texts: [String] = []
    texts.reserveCapacity(count)
    try forEachCell(of: place) { row, content throws(CSVFault) in
      guard let text = String(validating: content, as: UTF8.self) else {
        throw fault(.notUTF8, row, place)
      }
      texts.append(text)
    }
    return texts
  }

  /// For each row the number of its value among those of a column.
  func groups(of place: Place) throws(CSVFault) -> [Int32] {
    var numbers: [ValueIdentity: Int32] = [:]
    return try texts(of: place).map { text in
      let identity = ValueIdentity(text)
      let number = numbers[identity] ?? Int32(numbers.count)
      numbers[identity] = number
      return number
    }
  }
}
