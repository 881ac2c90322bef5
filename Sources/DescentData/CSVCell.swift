/// Finds cells in CSV text and takes their content out of their quotes.
struct CSVCell {
  static let quote = UInt8(ascii: "\"")
  static let lineFeed = UInt8(ascii: "\n")
  static let `return` = UInt8(ascii: "\r")

  let text: UnsafeBufferPointer<UInt8>
  let delimiter: UInt8

  /// Where the cell that begins at `start` ends: at a delimiter, at the end of its line, or at
  /// `stop`. `nil` if its quote is never closed.
  ///
  /// Characters between a closing quote and the delimiter belong to the cell, as do quotes within an
  /// unquoted cell: the content is then not what the quotes enclose but the whole.
  @inline(__always)
  func end(of start: Int, before stop: Int) -> Int? {
    var position = start
    if position < stop, text[position] == Self.quote {
      position += 1
      while true {
        while position < stop, text[position] != Self.quote { position += 1 }
        guard position < stop else { return nil }
        position += 1
        guard position < stop, text[position] == Self.quote else { break }
        position += 1
      }
    }
    while position < stop {
      let byte = text[position]
      if byte == delimiter || byte == Self.lineFeed { break }
      if byte == Self.return, endsLine(position, before: stop) { break }
      position += 1
    }
    return position
  }

  /// Whether the carriage return at `position` is part of a line's end.
  @inline(__always)
  func endsLine(_ position: Int, before stop: Int) -> Bool {
    position + 1 == stop || text[position + 1] == Self.lineFeed
  }

  /// Where the line after the one that ends at `position` begins.
  @inline(__always)
  func startOfNextLine(_ position: Int) -> Int {
    var next = position
    if next < text.count, text[next] == Self.return { next += 1 }
    if next < text.count, text[next] == Self.lineFeed { next += 1 }
    return next
  }

  /// What a cell says: without its quotes, or without the spaces and tabs around it.
  func content(_ cell: Range<Int>) -> [UInt8] {
    withContent(cell) { Array($0) }
  }

  /// Calls `body` with what a cell says; the bytes are the file's own where they can be.
  @inline(__always)
  func withContent<Value, Failure>(
    _ cell: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let bytes = UnsafeBufferPointer(rebasing: text[trim(cell)])
    guard bytes.count >= 2, bytes[0] == Self.quote, bytes[bytes.count - 1] == Self.quote else {
      return try body(bytes)
    }
    let inner = UnsafeBufferPointer(rebasing: bytes[1..<(bytes.count - 1)])
    guard inner.contains(Self.quote) else { return try body(inner) }
    guard let unescaped = Self.unescaped(inner) else { return try body(bytes) }
    return try unescaped.withUnsafeBufferPointer(body)
  }

  /// Text with its doubled quotes single; `nil` if a quote in it is not doubled, in which case it was
  /// no quoted cell.
  private static func unescaped(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      result.append(text[position])
      if text[position] == quote {
        guard position + 1 < text.count, text[position + 1] == quote else { return nil }
        position += 1
      }
      position += 1
    }
    return result
  }

  /// A cell without the spaces and tabs around it.
  @inline(__always)
  func trim(_ cell: Range<Int>) -> Range<Int> {
    var start = cell.lowerBound
    var end = cell.upperBound
    while start < end, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
    while start < end, text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
    return start..<end
  }
}
