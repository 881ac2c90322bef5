/// What the target columns of a table hold where they are no targets: texts, groups, times.
extension CSVTable {
  /// Calls `body` with the number and the content of those cells of one of the target columns that are wanted, from
  /// the first row on.
  func forEachCell(
    of column: Int, where isWanted: (_ place: Int) -> Bool = { _ in true },
    body: (_ place: Int, _ content: UnsafeBufferPointer<UInt8>) throws(CSVFault) -> Void
  ) throws(CSVFault) {
    try file.bytes.withUnsafeBufferPointer { text throws(CSVFault) in
      let cells = CSVCell(text: text, delimiter: layout.delimiter)
      for place in stride(from: column, to: targetCells.count, by: layout.targetColumns.count)
      where isWanted(place) {
        let start = targetCells[place]
        let end = cells.end(of: start, before: text.count) ?? text.count
        try cells.withContent(start..<end) { content throws(CSVFault) in try body(place, content) }
      }
    }
  }

  /// What is wrong with the cell of a number.
  func fault(_ kind: CSVFault.Kind, at place: Int) -> CSVFault {
    let columns = layout.targetColumns
    return CSVFault(kind: kind, offset: targetCells[place], column: columns[place % columns.count])
  }

  /// The text of each row.
  private func texts() throws(DescentError) -> [String] {
    var texts: [String] = []
    texts.reserveCapacity(count)
    do throws(CSVFault) {
      try forEachCell(of: 0) { place, content throws(CSVFault) in
        guard let text = String(validating: content, as: UTF8.self) else {
          throw fault(.notUTF8, at: place)
        }
        texts.append(text)
      }
    } catch {
      throw error.error(file: file, layout: layout)
    }
    return texts
  }

  /// For each row the number of its value among those of the only target column.
  func groups() throws(DescentError) -> [Int32] {
    var numbers: [String: Int32] = [:]
    return try texts().map { text in
      let number = numbers[text] ?? Int32(numbers.count)
      numbers[text] = number
      return number
    }
  }

  /// The rows in the order of their times, which the only target column holds: numbers, or dates that begin with
  /// the year, so that their texts are in the order of time. Rows of the same time keep their order.
  ///
  /// - Throws: `.invalidInput` naming the first cell that is neither.
  func chronological() throws(DescentError) -> [Int] {
    let texts = try texts()
    let numbers = texts.map { Double($0) }
    if numbers.allSatisfy({ $0?.isFinite ?? false }) {
      return texts.indices.sorted { (numbers[$0] ?? 0, $0) < (numbers[$1] ?? 0, $1) }
    }
    if let row = texts.firstIndex(where: { !Self.isDate($0) }) {
      throw fault(.notATime, at: row).error(file: file, layout: layout)
    }
    return texts.indices.sorted { (texts[$0], $0) < (texts[$1], $1) }
  }

  /// Whether a text begins as 2024-05, 2024/05, 2024.05 or 202405 do.
  private static func isDate(_ text: String) -> Bool {
    let bytes = Array(text.utf8.prefix(7))
    let isDigit = bytes.map { (0x30...0x39).contains($0) }
    guard bytes.count >= 6, isDigit[..<4].allSatisfy({ $0 }) else { return false }
    if isDigit[4] { return isDigit[5] }
    return "-/.".utf8.contains(bytes[4]) && bytes.count == 7 && isDigit[5] && isDigit[6]
  }
}
