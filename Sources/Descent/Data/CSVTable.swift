import Dispatch

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The parsed rows of a CSV file: features as numbers, targets as numbers and places in the text until it is
/// known what they are.
struct CSVTable {
  let file: FileBytes
  let layout: CSVLayout
  private(set) var count = 0
  /// `count × layout.featureColumns.count` values, row after row.
  private(set) var features: [Float] = []
  /// Where each target's cell begins, `count × layout.targetColumns.count` of them.
  private(set) var targetCells: [Int] = []
  /// As many numbers; NaN where a cell is not plainly one, so that its text has to be looked at.
  private(set) var targetNumbers: [Float] = []

  /// A stretch of the file parsed by one worker.
  struct Chunk {
    var bytes: Range<Int>
    /// No fewer rows than it holds.
    var bound = 0
    /// The row number of its first row, if all chunks before it were full.
    var firstRow = 0
    var count = 0
    var fault: CSVFault?
  }

  /// The least a worker is given: parsing less takes about as long as waking a core.
  static let leastChunk = 1 << 20

  init(
    _ file: FileBytes, options: CSVReader.Options, takesAllTargets: Bool = false,
    leastChunk: Int = CSVTable.leastChunk
  ) throws(DescentError) {
    self.file = file
    layout = try CSVLayout(file, options: options, takesAllTargets: takesAllTargets)
    var chunks = Self.cut(file.bytes, from: layout.bodyStart, leastChunk: leastChunk)
    var bound = 0
    let width = layout.names.count
    // Workers share the text, which none changes, and have a chunk and rows each of their own.
    file.bytes.withUnsafeBufferPointer { text in
      chunks.withUnsafeMutableBufferPointer { chunks in
        nonisolated(unsafe) let (text, chunks) = (text, chunks)
        DispatchQueue.concurrentPerform(iterations: chunks.count) { index in
          // A row takes a line, and a byte or more for each column.
          let bytes = UnsafeBufferPointer(rebasing: text[chunks[index].bytes])
          let lines = CSVRows.lineFeeds(in: bytes) + (bytes.last == CSVCell.lineFeed ? 0 : 1)
          chunks[index].bound = min(lines, bytes.count / width + 1)
        }
      }
    }
    for index in chunks.indices {
      chunks[index].firstRow = bound
      bound += chunks[index].bound
    }

    let rows = CSVRows(layout)
    let featureWidth = layout.featureColumns.count
    let targetWidth = layout.targetColumns.count
    features = [Float](inHugePages: bound * featureWidth) { features in
      targetCells = [Int](inHugePages: bound * targetWidth) { cells in
        targetNumbers = [Float](inHugePages: bound * targetWidth) { numbers in
          file.bytes.withUnsafeBufferPointer { text in
            chunks.withUnsafeMutableBufferPointer { chunks in
              nonisolated(unsafe) let room = CSVRows.Room(
                features: features.baseAddress, targetCells: cells.baseAddress,
                targetNumbers: numbers.baseAddress)
              nonisolated(unsafe) let (text, chunks) = (text, chunks)
              DispatchQueue.concurrentPerform(iterations: chunks.count) { index in
                rows.parse(text, &chunks[index], into: room)
              }
            }
          }
          return Self.closeGaps(in: numbers, chunks, width: targetWidth)
        }
        return Self.closeGaps(in: cells, chunks, width: targetWidth)
      }
      return Self.closeGaps(in: features, chunks, width: featureWidth)
    }
    if let fault = chunks.lazy.compactMap(\.fault).first {
      throw fault.error(file: file, layout: layout)
    }
    self.count = chunks.reduce(0) { $0 + $1.count }
    guard self.count > 0 else {
      throw DescentError(
        .invalidInput, "holds a header but no rows", at: file.name,
        advice: "at least one row is needed")
    }
  }

  /// Moves chunks together where empty lines have left gaps behind them; returns the elements of all.
  private static func closeGaps<Element: BitwiseCopyable>(
    in elements: UnsafeMutableBufferPointer<Element>, _ chunks: [Chunk], width: Int
  ) -> Int {
    var row = 0
    for chunk in chunks {
      if row != chunk.firstRow {
        elements.baseAddress?.advanced(by: row * width).update(
          from: elements.baseAddress! + chunk.firstRow * width, count: chunk.count * width)
      }
      row += chunk.count
    }
    return row * width
  }

  /// Stretches of whole rows: one for each piece of work, or a single one where the file is small
  /// or has quotes, within which a newline may not end a row.
  private static func cut(_ bytes: [UInt8], from start: Int, leastChunk: Int) -> [Chunk] {
    var end = bytes.count
    while end > start, bytes[end - 1] == CSVCell.lineFeed || bytes[end - 1] == CSVCell.return {
      end -= 1
    }
    // The last row keeps its own line's end.
    if end > start, end < bytes.count, bytes[end] == CSVCell.return { end += 1 }
    if end > start, end < bytes.count, bytes[end] == CSVCell.lineFeed { end += 1 }
    let wanted = WorkPieces.count(size: end - start, least: leastChunk)
    guard wanted > 1 else { return [Chunk(bytes: start..<end)] }
    return bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress,
        memchr(base + start, Int32(CSVCell.quote), end - start) == nil
      else { return [Chunk(bytes: start..<end)] }
      var chunks: [Chunk] = []
      var chunkStart = start
      for piece in 1...wanted where chunkStart < end {
        var chunkEnd = end
        let nominal = max(chunkStart, start + (end - start) / wanted * piece)
        if piece < wanted,
          let newline = memchr(base + nominal, Int32(CSVCell.lineFeed), end - nominal)
        {
          chunkEnd = UnsafeRawPointer(newline) - base + 1
        }
        chunks.append(Chunk(bytes: chunkStart..<chunkEnd))
        chunkStart = chunkEnd
      }
      return chunks
    }
  }

  /// The targets' numbers, which are no longer here then: a copy of a large table is saved.
  mutating func takeTargetNumbers() -> [Float] {
    var numbers: [Float] = []
    swap(&numbers, &targetNumbers)
    return numbers
  }

  /// The features without the last column, and that column.
  func dividingLastColumn() -> (features: [Float], last: [Float]) {
    let width = layout.featureColumns.count
    var rest: [Float] = []
    var last: [Float] = []
    rest.reserveCapacity(count * (width - 1))
    last.reserveCapacity(count)
    for row in 0..<count {
      rest += features[(row * width)..<(row * width + width - 1)]
      last.append(features[row * width + width - 1])
    }
    return (rest, last)
  }
}
