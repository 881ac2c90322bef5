/// Parses rows of a CSV file into a matrix: the loop in which reading a table spends its time.
struct CSVRows: Sendable {
  /// Where a column's cells go: to the features' matrix, to the others', or nowhere.
  private enum Role: Sendable {
    case ignored
    case feature(Int)
    case other(Int)
  }

  private let roles: [Role]
  private let delimiter: UInt8
  private let comment: UInt8?
  private let featureWidth: Int
  private let otherWidth: Int
  private let parser = DecimalParser()

  init(_ layout: CSVLayout) {
    var roles = [Role](repeating: .ignored, count: layout.names.count)
    let others = layout.otherColumns
    for (slot, column) in layout.featureColumns.enumerated() { roles[column] = .feature(slot) }
    for (slot, column) in others.enumerated() { roles[column] = .other(slot) }
    self.roles = roles
    delimiter = layout.delimiter
    comment = layout.text.comment
    featureWidth = layout.featureColumns.count
    otherWidth = others.count
  }

  /// Where cells go: a matrix's whole arrays, `nil` where it has no columns.
  struct Cells {
    var numbers: UnsafeMutablePointer<Float>?
    var places: UnsafeMutablePointer<UInt32>?

    fileprivate mutating func advance(by count: Int) {
      numbers = numbers.map { $0 + count }
      places = places.map { $0 + count }
    }
  }

  /// Where rows go.
  struct Room {
    var features: Cells
    var others: Cells
    var rowStarts: UnsafeMutablePointer<Int>?
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
    guard let base = text.baseAddress, let rowStarts = room.rowStarts else { return }
    let cells = CSVCell(text: text, delimiter: delimiter)
    let stop = chunk.bytes.upperBound
    var (features, others) = (room.features, room.others)
    features.advance(by: chunk.firstRow * featureWidth)
    others.advance(by: chunk.firstRow * otherWidth)
    var position = chunk.bytes.lowerBound
    var row = 0
    defer { chunk.count = row }

    while position < stop {
      let rowStart = position
      if isSkipped(text[position], at: position, cells, stop) {
        position = cells.startOfNextLine(Self.endOfLine(text, from: position, before: stop))
        continue
      }
      // Rows of the right length are no more than `bound`.
      guard row < chunk.bound else {
        chunk.fault = CSVFault(kind: .ragged(found: 0), offset: rowStart, column: 0)
        return
      }
      rowStarts[chunk.firstRow + row] = rowStart
      for column in roles.indices {
        let cellStart = position
        var end: Int?
        switch roles[column] {
        case .feature(let slot):
          end = read(base, cells, &position, stop, into: features, slot, rowStart)
        case .other(let slot):
          end = read(base, cells, &position, stop, into: others, slot, rowStart)
        case .ignored:
          end = cells.end(of: position, before: stop)
        }
        guard let end else {
          chunk.fault = CSVFault(kind: .unclosedQuote, offset: cellStart, column: column)
          return
        }
        position = end
        let isLast = column == roles.count - 1
        let isDelimited = position < stop && text[position] == delimiter
        guard isDelimited != isLast else {
          chunk.fault = raggedness(cells, rowStart, stop)
          return
        }
        if isDelimited { position += 1 }
      }
      guard position - rowStart <= UInt32.max else {
        chunk.fault = CSVFault(kind: .longRow, offset: rowStart, column: 0)
        return
      }
      position = cells.startOfNextLine(position)
      features.advance(by: featureWidth)
      others.advance(by: otherWidth)
      row += 1
    }
  }

  /// Whether the line that begins at `position` is no row: a comment, or empty. In a table of one column an empty line
  /// is an empty cell.
  @inline(__always)
  private func isSkipped(_ byte: UInt8, at position: Int, _ cells: CSVCell, _ stop: Int) -> Bool {
    if byte == comment { return true }
    guard roles.count > 1 else { return false }
    return byte == CSVCell.lineFeed
      || (byte == CSVCell.return && cells.endsLine(position, before: stop))
  }

  private static func endOfLine(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, before stop: Int
  ) -> Int {
    var end = start
    while end < stop, text[end] != CSVCell.lineFeed { end += 1 }
    return end
  }

  /// Stores a cell's place and its number, NaN where it is not plainly one; returns its end, nil if its quote is never
  /// closed.
  @inline(__always)
  private func read(
    _ base: UnsafePointer<UInt8>, _ cells: CSVCell, _ position: inout Int, _ stop: Int,
    into room: Cells, _ slot: Int, _ rowStart: Int
  ) -> Int? {
    room.places.unsafelyUnwrapped[slot] = UInt32(truncatingIfNeeded: position - rowStart)
    if let number = plainNumber(base, &position, stop) {
      room.numbers.unsafelyUnwrapped[slot] = number
      return position
    }
    guard let end = cells.end(of: position, before: stop) else { return nil }
    room.numbers.unsafelyUnwrapped[slot] = numberWithin(cells, position..<end)
    return end
  }

  /// The number that a cell is, without quotes or padding; `position` moves to the cell's end. `nil`, and `position`
  /// stays, if it is anything else.
  @inline(__always)
  private func plainNumber(
    _ base: UnsafePointer<UInt8>, _ position: inout Int, _ stop: Int
  ) -> Float? {
    var end = base + position
    guard let number = parser.parsePrefix(&end, end: base + stop), number.isFinite,
      end == base + stop || end.pointee == delimiter || end.pointee == CSVCell.lineFeed
        || (end.pointee == CSVCell.return
          && (end + 1 == base + stop || end[1] == CSVCell.lineFeed))
    else { return nil }
    position = end - base
    return number
  }

  /// A number that is quoted or padded; NaN where it is none, or too large.
  @inline(never)
  private func numberWithin(_ cells: CSVCell, _ cell: Range<Int>) -> Float {
    var content = cells.trim(cell)
    // A number has no quotes within, so what lies between the outer ones is all of it.
    if content.count >= 2, cells.text[content.lowerBound] == CSVCell.quote,
      cells.text[content.upperBound - 1] == CSVCell.quote
    {
      content = (content.lowerBound + 1)..<(content.upperBound - 1)
    }
    let number = parser.parse(UnsafeBufferPointer(rebasing: cells.text[content]))
    return number.map { $0.isFinite ? $0 : .nan } ?? .nan
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
