/// What is wrong in a CSV file, noted where rows are parsed and put into words only once.
struct CSVFault: Error {
  enum Kind {
    /// A feature's cell that is not a finite number.
    case notANumber
    /// A text in a column that holds numbers otherwise.
    case strayText
    /// A number beyond what `Float` holds.
    case tooLarge
    /// A number that is not written as the options say.
    case notInNotation
    /// A number that is written otherwise than those before it.
    case otherNotation
    /// A number with another unit than the column's, or without it.
    case otherUnit
    /// A number of which a mark may stand for decimals or for thousands.
    case ambiguousNumber
    /// A number that single precision does not tell from another; a number in the middle of all.
    case collapsed(Double)
    /// A row with this many cells instead of as many as there are columns.
    case ragged(found: Int)
    /// A row of more than 4 GB.
    case longRow
    case unclosedQuote
    /// A target's cell that is missing.
    case emptyTarget
    /// A target's cell that is text, or a number, where most are not.
    case mixedTarget(isNumber: Bool)
    case severalClassColumns
    /// A target of text of which most cells differ, so many texts.
    case identifierTarget(Int)
    case notUTF8
    case unknownClass(known: [String])
    case tooManyClasses
    /// A column of features with more texts than make sense as categories.
    case tooManyCategories
    /// A cell that is to say when a row was and is neither a number nor a date.
    case notATime(TimeFault)
  }

  var kind: Kind
  /// The byte at which the cell, or for a ragged row the row, begins.
  var offset: Int
  /// The column's index.
  var column: Int

  /// The physical line of a byte, counted from 1, newlines within quotes included.
  static func line(of offset: Int, in bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      bytes[..<offset].reduce(into: 1) { $0 += $1 == CSVCell.lineFeed ? 1 : 0 }
    }
  }

  /// The error to throw. `layout` is `nil` while the header is being read.
  func error(file: FileBytes, layout: CSVLayout?) -> DescentError {
    let place = "\(file.name):\(Self.line(of: offset, in: file.bytes))"
    let names = layout?.names ?? []
    let name = column < names.count ? names[column] : ""
    let title =
      column < names.count
      ? "column '\(names[column])' (number \(column + 1))"
      : "column \(column + 1)"
    let content = layout.map { self.content(file, delimiter: $0.delimiter) } ?? ""
    let cell = content.isEmpty ? "is empty" : "holds '\(content)'"
    switch kind {
    case .notANumber:
      var advice = "write a finite number such as 3.5 there, or leave the row or the column out"
      if content.isEmpty {
        advice = "fill it in, or let data.missing put the mean or the median there"
      }
      return DescentError(
        .invalidInput, "\(title) \(cell), which is not a finite number", at: place, advice: advice)
    case .strayText:
      let start = layout?.header.bodyStart ?? 0
      let isInFirstRow =
        Self.line(of: offset, in: file.bytes) == Self.line(of: start, in: file.bytes)
      return DescentError(
        .invalidInput, "\(title) \(cell), which is not a finite number, as others there are",
        at: place,
        advice:
          "correct it, or say that it means a missing value (data.missing_values: [\(content.yamlWord)]) or that "
          + "the column holds categories (data.columns: { \(name.yamlWord): categorical })"
          + (isInFirstRow
            ? "; if this line names the columns, skip those before it (data.skip_lines)" : ""))
    case .notInNotation:
      return DescentError(
        .invalidInput,
        "\(title) \(cell), which is no number as data.decimal and data.thousands say",
        at: place, advice: "correct it, or correct what they say")
    case .otherNotation:
      return DescentError(
        .invalidInput, "\(title) \(cell), which is written otherwise than the numbers before it",
        at: place, advice: "write all numbers of a column alike")
    case .otherUnit:
      return DescentError(
        .invalidInput, "\(title) \(cell), in another unit than the column's other numbers",
        at: place, advice: "write the unit, such as %, with all numbers of the column or with none")
    case .ambiguousNumber:
      let mark = content.utf8.contains(UInt8(ascii: ",")) ? "," : "."
      let words = mark == "," ? "comma" : "point"
      return DescentError(
        .invalidInput, "\(title) \(cell), whose \(words) may stand for decimals or thousands",
        at: place,
        advice: "say which: data.decimal: \"\(mark)\" or data.thousands: \"\(mark)\"")
    case .collapsed(let middle):
      return DescentError(
        .invalidInput,
        "\(title) \(cell), which single precision does not tell from other numbers there",
        at: place,
        advice:
          "take \(Int64(exactly: middle).map { String($0) } ?? String(middle)) from all of them")
    case .tooLarge:
      return DescentError(
        .invalidInput, "\(title) \(cell), which is too large for single precision", at: place,
        advice: "keep magnitudes below 3.4e38")
    case .ragged(let found):
      return DescentError(
        .invalidInput,
        "the row has \(found) \(found == 1 ? "cell" : "cells"), but there are \(names.count) "
          + "\(names.count == 1 ? "column" : "columns")", at: place,
        advice:
          "give every row one cell for each column; lines before the header are left out with "
          + "data.skip_lines, comments with data.comment")
    case .longRow:
      return DescentError(
        .invalidInput, "the row is longer than 4 GB", at: place,
        advice: "close the quote that it opens, or end its line")
    case .severalClassColumns:
      return DescentError(
        .invalidInput, "several target columns cannot be one class each row", at: file.name,
        advice: "name one target column for classes")
    case .unclosedQuote:
      return DescentError(
        .invalidInput, "\(title) opens a quote that is never closed", at: place,
        advice: "close it, and double quotes within it")
    case .emptyTarget:
      return DescentError(
        .invalidInput,
        "the target \(title) "
          + (content.isEmpty ? "is empty" : "\(cell), which means that it is missing"), at: place,
        advice: "fill it in or leave the row out")
    case .mixedTarget(let isNumber):
      return DescentError(
        .invalidInput,
        isNumber
          ? "the target \(title) \(cell), a number, but began with text"
          : "the target \(title) \(cell), which is not a finite number, but began with numbers",
        at: place, advice: "correct the cell, or say --classes (data.target_kind: classes)")
    case .identifierTarget(let texts):
      return DescentError(
        .invalidInput,
        "the target \(title) \(cell), a text, and \(texts) different ones in all, which are hardly classes",
        at: place,
        advice: "name another target, or say that they are: --classes (data.target_kind: classes)")
    case .notUTF8:
      return DescentError(
        .invalidInput, "\(title) is not UTF-8 text", at: place, advice: "convert the file to UTF-8")
    case .unknownClass(let known):
      let shown = known.prefix(12).joined(separator: ", ")
      return DescentError(
        .invalidInput, "\(title) \(cell), which is none of the model's classes", at: place,
        advice: "they are \(shown)\(known.count > 12 ? ", … (\(known.count) in all)" : "")")
    case .tooManyClasses:
      return DescentError(
        .invalidInput, "\(title) has more than \(TargetKind.mostClasses) different classes",
        at: place, advice: "name a target with fewer classes, or one of numbers")
    case .tooManyCategories:
      return DescentError(
        .invalidInput, "\(title) holds more than \(TargetKind.mostClasses) different texts",
        at: file.name, advice: "drop it with data.columns: { \(name.yamlWord): drop }")
    case .notATime(let fault):
      return DescentError(
        .invalidInput, "\(title) \(cell), \(fault.problem)", at: place, advice: fault.advice)
    }
  }

  /// The cell's content as it can be shown: one line of at most 40 characters.
  private func content(_ file: FileBytes, delimiter: UInt8) -> String {
    file.bytes.withUnsafeBufferPointer { text in
      let cells = CSVCell(text: text, delimiter: delimiter)
      let end = cells.end(of: offset, before: text.count) ?? text.count
      let content = String(decoding: cells.content(offset..<end).prefix(200), as: UTF8.self)
      let shown = content.unicodeScalars.prefix(40).map {
        $0.properties.generalCategory == .control ? $0.escaped(asASCII: true) : String($0)
      }
      return shown.joined() + (content.unicodeScalars.count > 40 ? "…" : "")
    }
  }
}
