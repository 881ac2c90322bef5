/// Parses rows of a CSV file into a matrix: the loop in which reading a table spends its time.
struct CSVRows: Sendable {
  /// What becomes of a column's cells.
  private enum Role: Sendable {
    case ignored
    /// A number, stored at this place of the row.
    case feature(Int)
    /// The cell's position is stored at this place of the row.
    case target(Int)
  }

  private let roles: [Role]
  private let delimiter: UInt8
  private let featureWidth: Int
  private let targetWidth: Int
  private let parser = DecimalParser()

  init(_ layout: CSVLayout) {
    var roles = [Role](repeating: .ignored, count: layout.names.count)
    for (slot, column) in layout.featureColumns.enumerated() { roles[column] = .feature(slot) }
    for (slot, column) in layout.targetColumns.enumerated() { roles[column] = .target(slot) }
    self.roles = roles
    delimiter = layout.delimiter
    featureWidth = layout.featureColumns.count
    targetWidth = layout.targetColumns.count
  }

  /// Parses the rows of a chunk up to the first fault, which is noted in it with the row count.
  ///
  /// - Parameters:
  ///   - text: the whole file.
  ///   - features: room for `chunk.bound` rows; `nil` where there are no feature columns.
  ///   - targets: the same for target columns.
  func parse(
    _ text: UnsafeBufferPointer<UInt8>, _ chunk: inout CSVTable.Chunk,
    features: UnsafeMutablePointer<Float>?, targets: UnsafeMutablePointer<Int>?
  ) {
    guard let base = text.baseAddress else { return }
    let cells = CSVCell(text: text, delimiter: delimiter)
    let stop = chunk.bytes.upperBound
    var position = chunk.bytes.lowerBound
    var row = 0
    defer { chunk.count = row }

    while position < stop {
      let rowStart = position
      if roles.count > 1 {
        let isEmpty =
          text[position] == CSVCell.lineFeed
          || (text[position] == CSVCell.return && cells.endsLine(position, before: stop))
        if isEmpty {
          position = cells.startOfNextLine(position)
          continue
        }
      }
      // Rows of the right length are no more than `bound`.
      guard row < chunk.bound else {
        chunk.fault = CSVFault(kind: .ragged(found: 0), offset: rowStart, column: 0)
        return
      }
      for column in roles.indices {
        let cellStart = position
        switch roles[column] {
        case .feature(let slot):
          var end = base + position
          let number = parser.parsePrefix(&end, end: base + stop)
          let next = end - base
          if let number, number.isFinite, next == stop || endsCell(text[next]) {
            features.unsafelyUnwrapped[row * featureWidth + slot] = number
            position = next
          } else {
            switch slowCell(cells, cellStart, stop, column: column) {
            case .success(let (number, end)):
              features.unsafelyUnwrapped[row * featureWidth + slot] = number
              position = end
            case .failure(let fault):
              chunk.fault = raggedness(cells, rowStart, stop) ?? fault
              return
            }
          }
        case .target(let slot):
          targets.unsafelyUnwrapped[row * targetWidth + slot] = cellStart
          fallthrough
        case .ignored:
          guard let end = cells.end(of: position, before: stop) else {
            chunk.fault = CSVFault(kind: .unclosedQuote, offset: cellStart, column: column)
            return
          }
          position = end
        }
        let isLast = column == roles.count - 1
        let isDelimited = position < stop && text[position] == delimiter
        guard isDelimited != isLast else {
          chunk.fault = raggedness(cells, rowStart, stop)
          return
        }
        if isDelimited { position += 1 }
      }
      position = cells.startOfNextLine(position)
      row += 1
    }
  }

  /// Whether a number is surely complete before this byte. After a carriage return it is so only at
  /// a line's end, which the slow path finds out.
  @inline(__always)
  private func endsCell(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == CSVCell.lineFeed
  }

  /// A number that is quoted, padded or before a carriage return, or the fault in it.
  @inline(never)
  private func slowCell(
    _ cells: CSVCell, _ start: Int, _ stop: Int, column: Int
  ) -> Result<(Float, Int), CSVFault> {
    guard let end = cells.end(of: start, before: stop) else {
      return .failure(CSVFault(kind: .unclosedQuote, offset: start, column: column))
    }
    var content = cells.trim(start..<end)
    // A number has no quotes within, so what lies between the outer ones is all of it.
    if content.count >= 2, cells.text[content.lowerBound] == CSVCell.quote,
      cells.text[content.upperBound - 1] == CSVCell.quote
    {
      content = (content.lowerBound + 1)..<(content.upperBound - 1)
    }
    let number = parser.parse(UnsafeBufferPointer(rebasing: cells.text[content]))
    guard let number else {
      return .failure(CSVFault(kind: .notANumber, offset: start, column: column))
    }
    guard number.isFinite else {
      return .failure(CSVFault(kind: .tooLarge, offset: start, column: column))
    }
    return .success((number, end))
  }

  /// The fault of a row that has not one cell for each column, which is told before any other of
  /// the row's: a missing cell makes its neighbours stand in wrong columns.
  private func raggedness(_ cells: CSVCell, _ start: Int, _ stop: Int) -> CSVFault? {
    var found = 1
    var position = start
    while let end = cells.end(of: position, before: stop) {
      guard end < stop, cells.text[end] == delimiter else {
        guard found != roles.count else { return nil }
        return CSVFault(kind: .ragged(found: found), offset: start, column: 0)
      }
      found += 1
      position = end + 1
    }
    return nil
  }
}
