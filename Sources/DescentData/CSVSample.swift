/// The first lines of a CSV file, from which it is found out what separates its cells.
struct CSVSample {
  /// The most lines that are looked at.
  private static let most = 50
  private static let candidates = [UInt8](",;\t|".utf8)

  /// The lines' texts, quoted newlines within them.
  private let lines: [[UInt8]]

  init(_ bytes: [UInt8], from start: Int, comment: UInt8?) {
    var lines: [[UInt8]] = []
    var position = start
    while position < bytes.count, lines.count < Self.most, position - start < 1 << 20 {
      var end = position
      var isCellStart = true
      while end < bytes.count, bytes[end] != CSVCell.lineFeed {
        if isCellStart, bytes[end] == CSVCell.quote {
          end = Self.endOfQuote(bytes, from: end)
          isCellStart = false
        } else {
          isCellStart = Self.candidates.contains(bytes[end]) || bytes[end] == 0x20
          end += 1
        }
      }
      var line = Array(bytes[position..<end])
      if line.last == CSVCell.return { line.removeLast() }
      if !line.isEmpty, line.first != comment { lines.append(line) }
      position = end + 1
    }
    self.lines = lines
  }

  /// The byte after the quoted text that begins at `start`, or the end where its quote is never closed.
  static func endOfQuote(_ bytes: [UInt8], from start: Int) -> Int {
    var position = start + 1
    while position < bytes.count {
      if bytes[position] == CSVCell.quote {
        guard position + 1 < bytes.count, bytes[position + 1] == CSVCell.quote else {
          return position + 1
        }
        position += 1
      }
      position += 1
    }
    return bytes.count
  }

  /// The mark in the first line that separates its cells; nil if it has none.
  ///
  /// Of several the one that all lines have equally often, then the one that leaves the most numbers, then the more
  /// frequent, then the earlier.
  var delimiter: UInt8? {
    guard let first = lines.first else { return nil }
    let usable = Self.candidates.filter { Self.cells(of: first, at: $0).count > 1 }
    guard usable.count > 1 else { return usable.first }
    let steady = usable.filter { delimiter in
      let counts = lines.map { Self.cells(of: $0, at: delimiter).count }
      // The first line may lack the name of the rows' names.
      let width = counts.last ?? 0
      return counts.dropFirst().allSatisfy { $0 == width }
        && [width, width - 1].contains(counts[0])
    }
    func worth(_ delimiter: UInt8) -> (Double, Int) {
      let rows = lines.count > 1 ? lines.dropFirst() : lines[...]
      let cells = rows.flatMap { Self.cells(of: $0, at: delimiter) }
      let numbers = cells.count { WrittenNumber.isNumber($0) }
      return (
        steady.isEmpty ? 0 : Double(numbers) / Double(max(1, cells.count)),
        Self.cells(of: first, at: delimiter).count
      )
    }
    var best: (worth: (Double, Int), delimiter: UInt8)?
    for delimiter in steady.isEmpty ? usable : steady {
      let worth = worth(delimiter)
      if best.map({ worth > $0.worth }) ?? true { best = (worth, delimiter) }
    }
    return best?.delimiter
  }

  /// Whether runs of blanks separate cells: all lines have as many of them, of which one at least is always a number.
  var isSplitByBlanks: Bool {
    let rows = lines.dropFirst().map { Self.blankCells(of: $0) }
    guard let first = lines.first, let width = rows.first?.count, width > 1 else { return false }
    guard rows.allSatisfy({ $0.count == width }),
      [width, width - 1].contains(Self.blankCells(of: first).count)
    else { return false }
    return (0..<width).contains { column in
      rows.allSatisfy { WrittenNumber.isNumber($0[column]) }
    }
  }

  /// A line's cells, without the quotes around them.
  private static func cells(of line: [UInt8], at delimiter: UInt8) -> [[UInt8]] {
    var cells: [[UInt8]] = [[]]
    var position = 0
    while position < line.count {
      if line[position] == CSVCell.quote, cells[cells.count - 1].isEmpty {
        let end = endOfQuote(line, from: position)
        cells[cells.count - 1] += line[(position + 1)..<max(position + 1, end - 1)]
        position = end
      } else {
        if line[position] == delimiter {
          cells.append([])
        } else {
          cells[cells.count - 1].append(line[position])
        }
        position += 1
      }
    }
    return cells
  }

  private static func blankCells(of line: [UInt8]) -> [[UInt8]] {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var cells: [[UInt8]] = []
    var position = 0
    while position < line.count {
      if isBlank(line[position]) {
        position += 1
        continue
      }
      var end = position
      if line[position] == CSVCell.quote { end = endOfQuote(line, from: position) }
      while end < line.count, !isBlank(line[end]) { end += 1 }
      cells.append(Array(line[position..<end]).filter { $0 != CSVCell.quote })
      position = end
    }
    return cells
  }
}
