import Dispatch
import LibC

/// The parsed rows of a CSV file: numbers, and of every cell the place, until it is known what columns hold.
struct CSVTable {
  /// The cells of some columns, row after row.
  struct Cells {
    var width: Int
    /// NaN where a cell is not plainly a number, so that its text has to be looked at.
    var numbers: [Float] = []
    /// Where cells begin, counted from their rows' beginnings.
    var places: [UInt32] = []
    var extents: [ColumnExtent] = []
  }

  /// The column of one of the two matrices.
  struct Place: Hashable {
    var isFeature: Bool
    var slot: Int
  }

  let layout: CSVLayout
  private(set) var count = 0
  private(set) var rowStarts: [Int] = []
  /// The columns `layout.featureColumns`.
  var features: Cells
  /// The columns `layout.otherColumns`.
  var others: Cells

  var file: FileBytes { layout.text.file }

  /// A stretch of the file parsed by one worker.
  struct Chunk {
    var bytes: Range<Int>
    /// No fewer rows than it holds.
    var bound = 0
    /// The row number of its first row, if all chunks before it were full.
    var firstRow = 0
    var count = 0
    var fault: CSVFault?
    var featureExtents: [ColumnExtent] = []
    var otherExtents: [ColumnExtent] = []
  }

  /// The least a worker is given: parsing less takes about as long as waking a core.
  static let leastChunk = 1 << 20

  init(
    _ file: FileBytes, options: CSVReader.Options, takesAllTargets: Bool = false,
    leastChunk: Int = CSVTable.leastChunk
  ) throws(DescentError) {
    let layout = try CSVLayout(file, options: options, takesAllTargets: takesAllTargets)
    self.layout = layout
    let file = layout.text.file
    features = Cells(width: layout.featureColumns.count)
    others = Cells(width: layout.otherColumns.count)
    var chunks = Self.cut(file.bytes, from: layout.header.bodyStart, leastChunk: leastChunk)
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
    try MachineMemory.require(
      floats: bound * (2 * (features.width + others.width) + 2), for: "the rows of \(file.name)")
    parse(&chunks, bound: bound)
    if let fault = chunks.lazy.compactMap(\.fault).first {
      throw fault.error(file: file, layout: layout)
    }
    count = chunks.reduce(0) { $0 + $1.count }
    features.extents = ColumnExtent.joined(chunks.map(\.featureExtents), width: features.width)
    others.extents = ColumnExtent.joined(chunks.map(\.otherExtents), width: others.width)
    guard count > 0 else {
      throw DescentError(
        .invalidInput, "holds a header but no rows", at: file.name,
        advice: "at least one row is needed")
    }
  }

  private mutating func parse(_ chunks: inout [Chunk], bound: Int) {
    let rows = CSVRows(layout)
    let (featureWidth, otherWidth) = (features.width, others.width)
    let bytes = file.bytes
    rowStarts = [Int](inHugePages: bound) { starts in
      others.places = [UInt32](inHugePages: bound * otherWidth) { otherPlaces in
        others.numbers = [Float](inHugePages: bound * otherWidth) { otherNumbers in
          features.places = [UInt32](inHugePages: bound * featureWidth) { featurePlaces in
            features.numbers = [Float](inHugePages: bound * featureWidth) { featureNumbers in
              nonisolated(unsafe) let room = CSVRows.Room(
                features: CSVRows.Cells(
                  numbers: featureNumbers.baseAddress, places: featurePlaces.baseAddress),
                others: CSVRows.Cells(
                  numbers: otherNumbers.baseAddress, places: otherPlaces.baseAddress),
                rowStarts: starts.baseAddress)
              bytes.withUnsafeBufferPointer { text in
                chunks.withUnsafeMutableBufferPointer { chunks in
                  nonisolated(unsafe) let (text, chunks) = (text, chunks)
                  DispatchQueue.concurrentPerform(iterations: chunks.count) { index in
                    rows.parse(text, &chunks[index], into: room)
                    chunks[index].featureExtents = ColumnExtent.of(
                      room.features.numbers, chunks[index], width: featureWidth)
                    chunks[index].otherExtents = ColumnExtent.of(
                      room.others.numbers, chunks[index], width: otherWidth)
                  }
                }
              }
              return Self.closeGaps(in: featureNumbers, chunks, width: featureWidth)
            }
            return Self.closeGaps(in: featurePlaces, chunks, width: featureWidth)
          }
          return Self.closeGaps(in: otherNumbers, chunks, width: otherWidth)
        }
        return Self.closeGaps(in: otherPlaces, chunks, width: otherWidth)
      }
      return Self.closeGaps(in: starts, chunks, width: 1)
    }
  }

  /// Moves chunks together where empty lines have left gaps behind them; returns the elements of all.
  private static func closeGaps<Element: BitwiseCopyable>(
    in elements: UnsafeMutableBufferPointer<Element>, _ chunks: [Chunk], width: Int
  ) -> Int {
    var row = 0
    for chunk in chunks {
      if row != chunk.firstRow, let base = elements.baseAddress {
        (base + row * width).update(from: base + chunk.firstRow * width, count: chunk.count * width)
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
}
