/// Where things are in a CSV file: its delimiter, the names of its columns, the columns that are
/// features and targets, and where its rows begin.
struct CSVLayout {
  var delimiter: UInt8
  var names: [String]
  var hasHeader: Bool
  /// The byte at which the first row of data begins.
  var bodyStart: Int
  /// Indices into `names`, in the order wanted.
  var featureColumns: [Int] = []
  var targetColumns: [Int] = []
  /// Whether the last of the feature columns is the rows' weights.
  var hasWeight = false

  init(
    _ file: FileBytes, options: CSVReader.Options, takesAllTargets: Bool
  ) throws(DescentError) {
    let bytes = file.bytes
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    // Lines with nothing on them before the header.
    while start < bytes.count, bytes[start] == CSVCell.lineFeed || bytes[start] == CSVCell.return {
      start += 1
    }
    guard start < bytes.count else {
      throw DescentError(
        .invalidInput, "holds no rows", at: file.name, advice: "at least one row is needed")
    }
    if bytes.prefix(4096).contains(0) {
      throw DescentError(
        .invalidInput, "holds zero bytes, so it is not CSV text", at: file.name,
        advice: "UTF-8 text is read; convert UTF-16 text to that")
    }
    delimiter =
      try options.delimiter.map { (byte) throws(DescentError) in try Self.checked(byte) }
      ?? Self.detectDelimiter(bytes, from: start)

    var first: [String] = []
    var areNumbers = true
    var position = start
    let delimiter = delimiter
    let failure = bytes.withUnsafeBufferPointer { text -> DescentError? in
      let cells = CSVCell(text: text, delimiter: delimiter)
      let parser = DecimalParser()
      while true {
        let cellStart = position
        guard let end = cells.end(of: cellStart, before: text.count) else {
          return CSVFault(kind: .unclosedQuote, offset: cellStart, column: first.count)
            .error(file: file, layout: nil)
        }
        let content = cells.content(cellStart..<end)
        guard let name = String(validating: content, as: UTF8.self) else {
          return DescentError(
            .invalidInput, "column name \(first.count + 1) is not UTF-8 text",
            at: "\(file.name):\(CSVFault.line(of: cellStart, in: bytes))",
            advice: "convert the file to UTF-8")
        }
        first.append(name)
        areNumbers =
          areNumbers
          && content.withContiguousStorageIfAvailable { parser.parse($0) != nil } ?? false
        position = end
        guard position < text.count, text[position] == delimiter else { break }
        position += 1
      }
      position = cells.startOfNextLine(position)
      return nil
    }
    if let failure { throw failure }

    hasHeader =
      switch options.header {
      case .present: true
      case .absent: false
      case .detect: !areNumbers
      }
    if hasHeader {
      names = first
      bodyStart = position
      try checkNames(at: "\(file.name):\(CSVFault.line(of: start, in: bytes))")
    } else {
      names = (1...first.count).map { "column_\($0)" }
      bodyStart = start
    }
    try choose(options, takesAllTargets: takesAllTargets, name: file.name)
  }

  private static func checked(_ delimiter: UInt8) throws(DescentError) -> UInt8 {
    let isInNumbers =
      (0x30...0x39).contains(delimiter) || (0x41...0x5A).contains(delimiter & 0xDF)
      || [UInt8](".+-".utf8).contains(delimiter)
    let isInSyntax = [0, CSVCell.quote, CSVCell.lineFeed, CSVCell.return].contains(delimiter)
    guard !isInNumbers, !isInSyntax, delimiter < 0x80 else {
      throw DescentError(
        .invalidInput, "byte \(delimiter) cannot separate cells", at: "delimiter",
        advice: "use ',', ';', a tab, '|' or another mark that is in no number")
    }
    return delimiter
  }

  /// The candidate most frequent in the first line outside quotes; the earlier one of equals, and
  /// the comma if there is none.
  private static func detectDelimiter(_ bytes: [UInt8], from start: Int) -> UInt8 {
    let candidates = [UInt8](",;\t|".utf8)
    var counts = [Int](repeating: 0, count: candidates.count)
    var isQuoted = false
    for byte in bytes[start...] {
      if byte == CSVCell.quote { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == CSVCell.lineFeed { break }
      if let candidate = candidates.firstIndex(of: byte) { counts[candidate] += 1 }
    }
    let most = counts.max() ?? 0
    return candidates[counts.firstIndex(of: most) ?? 0]
  }

  private func checkNames(at place: String) throws(DescentError) {
    var columns: [String: Int] = [:]
    for (column, name) in names.enumerated() {
      if name.isEmpty {
        throw DescentError(
          .invalidInput, "column \(column + 1) has no name", at: place,
          advice: "name every column in the header")
      }
      if let other = columns.updateValue(column, forKey: name) {
        throw DescentError(
          .invalidInput, "columns \(other + 1) and \(column + 1) are both called '\(name)'",
          at: place, advice: "give every column a name of its own")
      }
    }
  }

  private mutating func choose(
    _ options: CSVReader.Options, takesAllTargets: Bool, name: String
  ) throws(DescentError) {
    let columns = Dictionary(
      names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    func column(_ wanted: String) throws(DescentError) -> Int {
      if let column = columns[wanted] { return column }
      throw unknownColumn(wanted, name: name)
    }
    if takesAllTargets {
      targetColumns = Array(names.indices)
    } else {
      for target in options.targets { targetColumns.append(try column(target)) }
    }
    if let features = options.features {
      // Without names a file matches by its width; a model's own names may be from a header.
      if !hasHeader, options.targets.isEmpty, features.count == names.count {
        featureColumns = Array(names.indices)
      } else if !hasHeader, !features.allSatisfy({ columns[$0] != nil }) {
        throw DescentError(
          .invalidInput,
          "has \(names.count) columns and no header, but \(features.count) named features are "
            + "wanted", at: name,
          advice: "add a header, or give exactly the features, in this order: "
            + Self.list(features))
      } else {
        for feature in features { featureColumns.append(try column(feature)) }
      }
    } else {
      featureColumns = names.indices.filter { !targetColumns.contains($0) }
    }
    if let weight = options.weight, options.needsWeight || columns[weight] != nil {
      // It is read with the features, as the last of them.
      let weight = try column(weight)
      if options.features == nil { featureColumns.removeAll { $0 == weight } }
      featureColumns.append(weight)
      hasWeight = true
    }
    var roles: Set<Int> = []
    for column in featureColumns + targetColumns where !roles.insert(column).inserted {
      throw DescentError(
        .invalidInput, "column '\(names[column])' is asked for more than once", at: name,
        advice: "a column is one feature or one target")
    }
  }

  private func unknownColumn(_ wanted: String, name: String) -> DescentError {
    var advice: String
    if hasHeader {
      let nearest = names.min { Self.distance($0, wanted) < Self.distance($1, wanted) } ?? ""
      advice = "the nearest is '\(nearest)'; the columns are \(Self.list(names))"
      let parser = DecimalParser()
      if names.contains(where: { Array($0.utf8).withUnsafeBufferPointer(parser.parse) != nil }) {
        advice += "; if the first row is data, say that there is no header"
      }
    } else {
      advice = "the file has no header, so its columns are called \(Self.list(names))"
    }
    return DescentError(.invalidInput, "has no column '\(wanted)'", at: name, advice: advice)
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(12).joined(separator: ", ")
    return names.count > 12 ? shown + ", … (\(names.count) in all)" : shown
  }

  /// Levenshtein's edit distance, letters in either case alike.
  static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.lowercased().prefix(100))
    let b = Array(b.lowercased().prefix(100))
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let substitution = diagonal + (x == y ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, diagonal + 1, row[j] + 1)
      }
    }
    return row[b.count]
  }
}
