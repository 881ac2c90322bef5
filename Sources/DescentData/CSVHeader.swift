/// What the first line of a CSV file is: the columns' names, or a row.
struct CSVHeader {
  /// A name for each cell of a row; empty where the header has none.
  private(set) var names: [String] = []
  private(set) var kind = TableReport.Header.present
  /// The byte at which the first row begins.
  private(set) var bodyStart: Int
  /// The column that names the rows and has no name itself.
  private(set) var rowNames: Int?

  var isPresent: Bool { kind == .present || kind == .assumedPresent }

  /// What pandas calls a first column without a name when it reads it.
  private static let namelessIndex = "Unnamed: 0"

  /// - Parameters:
  ///   - options: whether there is a header, where that is said.
  ///   - wanted: the names that are asked for: a first line that has them is a header.
  init(
    _ text: CSVText, options: CSVReader.Options, wanted: [String]
  ) throws(DescentError) {
    let rows = CSVRowIterator(text)
    let (first, second) = try rows.row(at: text.start)
    bodyStart = second
    let next = rows.sample(from: second)
    switch options.header {
    case .present: kind = .present
    case .absent: kind = .absent
    case .detect: kind = Self.kind(first, next, wanted: wanted)
    }
    guard isPresent else {
      names = first.indices.map(Self.position)
      bodyStart = text.start
      return
    }
    for (index, cell) in first.enumerated() {
      guard let name = String(validating: cell, as: UTF8.self) else {
        throw DescentError(
          .invalidInput, "column name \(index + 1) is not UTF-8 text",
          at: "\(text.file.name):\(CSVFault.line(of: text.start, in: text.file.bytes))",
          advice: "convert the file to UTF-8")
      }
      names.append(name)
    }
    // R leaves the name of the rows' names out. Rows that end with a delimiter look alike, but for their last cell.
    let isShort =
      !next.isEmpty && names.count > 1
      && next.allSatisfy { $0.count == names.count + 1 && $0.last?.isEmpty == false }
    if isShort { names.insert("", at: 0) }
    if isShort || (names.count > 1 && [Self.namelessIndex, ""].contains(names[0])) {
      rowNames = 0
    }
  }

  /// What a column is called where there is no header.
  private static func position(_ index: Int) -> String { "column_\(index + 1)" }

  private static func kind(
    _ first: [[UInt8]], _ rows: [[[UInt8]]], wanted: [String]
  ) -> TableReport.Header {
    let isNumber = first.map(WrittenNumber.isNumber)
    let texts = first.map { String(decoding: $0, as: UTF8.self) }
    guard isNumber.allSatisfy({ $0 }) else {
      // The numbers of an index without a name leave no doubt.
      if first[0].isEmpty, isRange(texts.dropFirst()) { return .present }
      guard let row = rows.first, row.count == first.count, isNumber.contains(true),
        row.map(WrittenNumber.isNumber) == isNumber,
        !wanted.allSatisfy(texts.contains) || wanted.isEmpty
      else { return .present }
      return .assumedPresent
    }
    if !wanted.isEmpty {
      if wanted.allSatisfy(texts.contains) { return .present }
      // What columns without a header are called.
      let positions = Set(first.indices.map(Self.position))
      if wanted.allSatisfy(positions.contains) { return .absent }
    }
    guard isRange(texts[...]) else { return .absent }
    let hasFractions = rows.contains { row in
      row.contains { $0.contains(UInt8(ascii: ".")) || !WrittenNumber.isNumber($0) }
    }
    return first.count > 2 || (first.count == 2 && hasFractions) ? .assumedPresent : .assumedAbsent
  }

  /// Whether names are 0, 1, 2, …: those that pandas gives to columns without any.
  private static func isRange(_ names: ArraySlice<String>) -> Bool {
    !names.isEmpty && zip(names, 0...).allSatisfy { $0 == String($1) }
  }
}

/// Goes through the first rows of a CSV file, before it is known what its columns are.
private struct CSVRowIterator {
  let text: CSVText

  init(_ text: CSVText) { self.text = text }

  /// The cells of a row and where the next one begins.
  func row(at start: Int) throws(DescentError) -> (cells: [[UInt8]], next: Int) {
    let result = text.file.bytes.withUnsafeBufferPointer {
      bytes -> Result<([[UInt8]], Int), CSVFault> in
      let cells = CSVCell(text: bytes, delimiter: text.delimiter)
      var found: [[UInt8]] = []
      var position = start
      while true {
        guard let end = cells.end(of: position, before: bytes.count) else {
          return .failure(
            CSVFault(kind: .unclosedQuote, offset: position, column: found.count))
        }
        found.append(cells.content(position..<end))
        position = end
        guard position < bytes.count, bytes[position] == text.delimiter else { break }
        position += 1
      }
      return .success((found, cells.startOfNextLine(position)))
    }
    switch result {
    case .success(let row): return row
    case .failure(let fault): throw fault.error(file: text.file, layout: nil)
    }
  }

  /// A few rows, without empty ones and comments; what is wrong in them is found when they are read.
  func sample(from start: Int) -> [[[UInt8]]] {
    let bytes = text.file.bytes
    var rows: [[[UInt8]]] = []
    var position = start
    while position < bytes.count, rows.count < 10 {
      if bytes[position] == CSVCell.lineFeed || bytes[position] == CSVCell.return {
        position += 1
      } else if bytes[position] == text.comment {
        position = (bytes[position...].firstIndex(of: CSVCell.lineFeed) ?? bytes.count - 1) + 1
      } else {
        guard let (row, next) = try? row(at: position) else { break }
        rows.append(row)
        position = next
      }
    }
    return rows
  }
}
