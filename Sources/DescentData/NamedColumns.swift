/// A table's columns by their names. A name that is missing or repeated matters only where it is asked for.
struct NamedColumns {
  static let repeatedName = "another column has its name"
  static let noName = "it has no name"

  let file: String
  /// Why columns cannot be asked for, or are nothing to learn from.
  private(set) var reasons: [Int: String] = [:]
  private let names: [String]
  private let hasHeader: Bool
  private let line: String
  private var indices: [String: Int] = [:]
  private var repeated: [String: Int] = [:]

  init(_ header: CSVHeader, of text: CSVText) {
    file = text.file.name
    names = header.names
    hasHeader = header.isPresent
    line = "\(file):\(CSVFault.line(of: text.start, in: text.file.bytes))"
    for (index, name) in names.enumerated() {
      if index == header.rowNames {
        reasons[index] = "it names the rows"
      } else if name.isEmpty {
        reasons[index] = Self.noName
      }
      guard !name.isEmpty else { continue }
      if let first = indices[name] {
        repeated[name] = repeated[name] ?? index
        reasons[first] = Self.repeatedName
        reasons[index] = Self.repeatedName
      } else {
        indices[name] = index
      }
    }
  }

  func has(_ name: String) -> Bool { indices[name] != nil }

  /// - Throws: where no column, or more than one, is called so.
  func index(of name: String) throws(DescentError) -> Int {
    guard let index = indices[name] else { throw unknown(name) }
    if let other = repeated[name] {
      throw DescentError(
        .invalidInput, "columns \(index + 1) and \(other + 1) are both called '\(name)'",
        at: line, advice: "give the one that is meant a name of its own")
    }
    return index
  }

  /// The target columns. Names that are none, but are one with commas between them, are that one: `--target a,b` for a
  /// column that is called so.
  ///
  /// - Throws: as `index(of:)`.
  func targets(_ wanted: [String]) throws(DescentError) -> [Int] {
    let whole = wanted.joined(separator: ",")
    if wanted.count > 1, has(whole), !wanted.allSatisfy(has) { return [try index(of: whole)] }
    var found: [Int] = []
    for name in wanted { found.append(try index(of: name)) }
    return found
  }

  private func unknown(_ wanted: String) -> DescentError {
    var advice: String
    if hasHeader {
      let nearest =
        names.min { Self.distance($0, wanted) < Self.distance($1, wanted) } ?? ""
      advice = "the nearest is '\(nearest)'; the columns are \(Self.list(names))"
      if names.count == 1 {
        advice +=
          "; lines before the header are left out with data.skip_lines, comments with data.comment"
      }
      if names.contains(where: { WrittenNumber.isNumber(Array($0.utf8)) }) {
        advice += "; if the first row is data, say that there is no header: data.header: false"
      }
    } else {
      advice =
        "the file has no header, so its columns are called \(Self.list(names)); if its first line names them, "
        + "say so: data.header: true"
    }
    return DescentError(.invalidInput, "has no column '\(wanted)'", at: file, advice: advice)
  }

  static func list(_ names: [String]) -> String {
    let shown = names.prefix(12).map { $0.isEmpty ? "(no name)" : $0 }.joined(separator: ", ")
    return names.count > 12 ? shown + ", … (\(names.count) in all)" : shown
  }

  /// Levenshtein's edit distance, letters in either case alike.
  private static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.lowercased().unicodeScalars.prefix(100))
    let b = Array(b.lowercased().unicodeScalars.prefix(100))
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
