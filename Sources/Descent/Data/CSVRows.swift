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

  /// Where rows go: a table's whole arrays, `nil` where there are no such columns.
  struct Room {
    var features: UnsafeMutablePointer<Float>?
    var targetCells: UnsafeMutablePointer<Int>?
    var targetNumbers: UnsafeMutablePointer<Float>?
  }

  /// Parses the rows of a chunk up to the first fault, which is noted in it with the row count.
  ///
  /// - Parameters:
  ///   - text: the whole file.
  ///   - room: has room for `chunk.bound` rows from `chunk.firstRow` on.
  func parse(
    _ text: UnsafeBufferPointer<UInt8>, _ chunk: inout CSVTable.Chunk, into room: Room
  ) {
    roles.withUnsafeBufferPointer { parse(text, &chunk, roles: $0, into: room) }
  }

  private func parse(
    _ text: UnsafeBufferPointer<UInt8>, _ chunk: inout CSVTable.Chunk,
    roles: UnsafeBufferPointer<Role>, into room: Room
  ) {
    guard let base = text.baseAddress else { return }
    let cells = CSVCell(text: text, delimiter: delimiter)
    let stop = chunk.bytes.upperBound
    var features = room.features.map { $0 + chunk.firstRow * featureWidth }
    var targetCells = room.targetCells.map { $0 + chunk.firstRow * targetWidth }
    var targetNumbers = room.targetNumbers.map { $0 + chunk.firstRow * targetWidth }
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
          if let number = plainNumber(base, &position, stop) {
            features.unsafelyUnwrapped[slot] = number
            break
          }
          switch slowCell(cells, cellStart, stop, column: column) {
          case .success(let (number, end)):
            features.unsafelyUnwrapped[slot] = number
            position = end
          case .failure(let fault):
            chunk.fault = raggedness(cells, rowStart, stop) ?? fault
            return
          }
        case .target(let slot):
          targetCells.unsafelyUnwrapped[slot] = cellStart
          let number = plainNumber(base, &position, stop)
          targetNumbers.unsafelyUnwrapped[slot] = number ?? .nan
          if number != nil { break }
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
      features = features.map { $0 + featureWidth }
      targetCells = targetCells.map { $0 + targetWidth }
      targetNumbers = targetNumbers.map { $0 + targetWidth }
      row += 1
    }
  }

  /// The number that a cell is, without quotes, padding or a carriage return behind it; `position` moves to the
  /// cell's end. `nil`, and `position` stays, if it is anything else.
  @inline(__always)
  private func plainNumber(
    _ base: UnsafePointer<UInt8>, _ position: inout Int, _ stop: Int
  ) -> Float? {
    var end = base + position
    // After a carriage return a cell ends only where its line does.
    guard let number = parser.parsePrefix(&end, end: base + stop), number.isFinite,
      end == base + stop || end.pointee == delimiter || end.pointee == CSVCell.lineFeed
    else { return nil }
    position = end - base
    return number
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

  /// The line feeds in a text, counted in eight bytes at once: one by one it took a quarter of reading a table.
  static func lineFeeds(in text: UnsafeBufferPointer<UInt8>) -> Int {
    let bytes = UnsafeRawBufferPointer(text)
    let lineFeeds = UInt64(CSVCell.lineFeed) &* 0x0101_0101_0101_0101
    var count = 0
    var offset = 0
    while offset &+ 8 <= bytes.count {
      // A lane counts to 255 at most.
      let end = min(bytes.count &- 7, offset &+ 255 &* 8)
      var counts: UInt64 = 0
      while offset < end {
        let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ lineFeeds
        // The highest bit of each byte is set unless the byte is zero.
        let others = ((word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F) | word
        counts &+= ~others >> 7 & 0x0101_0101_0101_0101
        offset &+= 8
      }
      let pairs = (counts & 0x00FF_00FF_00FF_00FF) &+ (counts >> 8 & 0x00FF_00FF_00FF_00FF)
      count &+= Int((pairs &* 0x0001_0001_0001_0001) >> 48)
    }
    return text[offset...].reduce(count) { $0 + ($1 == CSVCell.lineFeed ? 1 : 0) }
  }
}
