import Foundation

/// A CSV file's text as its cells are found in it: what separates them, where the first line begins, which lines do
/// not count.
///
/// Most files are taken as they are. One whose lines end with a carriage return alone, or whose cells are separated by
/// runs of blanks, is written anew with line feeds, or tabs; its lines keep their numbers.
struct CSVText: Sendable {
  let file: FileBytes
  let delimiter: UInt8
  /// What the report calls the delimiter.
  let delimiterName: String
  /// With what a line begins that does not count.
  let comment: UInt8?
  /// The byte at which the first line that counts begins.
  let start: Int

  init(_ given: FileBytes, options: CSVReader.Options) throws(DescentError) {
    var file = given
    var start = file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    if file.bytes.prefix(4096).contains(0) {
      throw DescentError(
        .invalidInput, "holds zero bytes, so it is not CSV text", at: file.name,
        advice: "UTF-8 text is read; convert UTF-16 text to that")
    }
    if !file.bytes.contains(CSVCell.lineFeed), file.bytes.contains(CSVCell.return) {
      file = FileBytes(
        name: file.name,
        text: file.bytes.map { $0 == CSVCell.return ? CSVCell.lineFeed : $0 })
    }
    for _ in 0..<options.skippedLines {
      guard let end = file.bytes[start...].firstIndex(of: CSVCell.lineFeed) else {
        throw DescentError(
          .invalidInput, "has fewer lines than the \(options.skippedLines) to skip",
          at: file.name, advice: "give a lower data.skip_lines")
      }
      start = end + 1
    }
    comment = options.comment
    start = Self.firstLine(file.bytes, from: start, comment: comment)
    var stated: UInt8?
    // The line with which spreadsheets say what separates cells.
    let line = file.bytes[start...].prefix(7)
    if line.starts(with: "sep=".utf8), line.count >= 6,
      [CSVCell.lineFeed, CSVCell.return].contains(line[start + 5])
    {
      stated = line[start + 4]
      let end = file.bytes[start...].firstIndex(of: CSVCell.lineFeed) ?? file.bytes.count - 1
      start = Self.firstLine(file.bytes, from: end + 1, comment: comment)
    }
    guard start < file.bytes.count else {
      throw DescentError(
        .invalidInput, "holds no rows", at: file.name, advice: "at least one row is needed")
    }
    let sample = CSVSample(file.bytes, from: start, comment: comment)
    var delimiter: UInt8?
    if let wanted = options.delimiter ?? stated { delimiter = try Self.checked(wanted) }
    let usesBlanks =
      options.splitsAtBlanks
      || (delimiter == nil && sample.delimiter == nil && sample.isSplitByBlanks)
    if usesBlanks {
      file = FileBytes(
        name: file.name, text: Self.tabbed(file.bytes, from: start, comment: comment))
      delimiter = UInt8(ascii: "\t")
    }
    self.file = file
    self.start = start
    self.delimiter = delimiter ?? sample.delimiter ?? UInt8(ascii: ",")
    delimiterName = usesBlanks ? "blanks" : Self.name(of: self.delimiter)
  }

  /// Where the first line begins that is neither empty nor a comment.
  private static func firstLine(_ bytes: [UInt8], from start: Int, comment: UInt8?) -> Int {
    var start = start
    while start < bytes.count {
      if bytes[start] == CSVCell.lineFeed || bytes[start] == CSVCell.return {
        start += 1
      } else if bytes[start] == comment {
        start = (bytes[start...].firstIndex(of: CSVCell.lineFeed) ?? bytes.count - 1) + 1
      } else {
        break
      }
    }
    return start
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

  private static func name(of delimiter: UInt8) -> String {
    switch delimiter {
    case UInt8(ascii: ","): "comma"
    case UInt8(ascii: ";"): "semicolon"
    case UInt8(ascii: "\t"): "tab"
    case UInt8(ascii: "|"): "bar"
    case UInt8(ascii: " "): "blank"
    default: "'" + String(decoding: [delimiter], as: UTF8.self) + "'"
    }
  }

  /// The text with one tab in place of each run of blanks between cells.
  private static func tabbed(_ bytes: [UInt8], from start: Int, comment: UInt8?) -> [UInt8] {
    var result = Array(bytes[..<start])
    result.reserveCapacity(bytes.count)
    var position = start
    var isLineStart = true
    while position < bytes.count {
      let byte = bytes[position]
      if isLineStart, byte == comment {
        let end = bytes[position...].firstIndex(of: CSVCell.lineFeed) ?? bytes.count
        result += bytes[position..<end]
        position = end
      } else if byte == 0x20 || byte == 0x09 {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 {
          position += 1
        }
        let endsLine =
          position == bytes.count || bytes[position] == CSVCell.lineFeed
          || bytes[position] == CSVCell.return
        if !isLineStart, !endsLine { result.append(UInt8(ascii: "\t")) }
        // Blanks before a line's first cell do not make the line begin.
        continue
      } else if byte == CSVCell.quote, isLineStart || result.last == UInt8(ascii: "\t") {
        let end = CSVSample.endOfQuote(bytes, from: position)
        result += bytes[position..<end]
        position = end
      } else {
        result.append(byte)
        position += 1
      }
      isLineStart = byte == CSVCell.lineFeed
    }
    return result
  }
}
