import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData

/// Tables whose content is known, written in random notations, dialects, orders and with random headers: what is read is
/// the content, or it is refused with advice; never anything else.
@Suite struct TableVarietyTests {
  @Test(arguments: 0..<12)
  func whatIsReadIsWhatWasWritten(seed: Int) throws {
    var refused: [String] = []
    for index in 0..<40 {
      var table = WrittenTable(seed: UInt64(seed * 1000 + index))
      let text = table.text()
      let what = "\(table.style)\n\(text.prefix(600))"
      do throws(DescentError) {
        let read = try RawTable(
          FileBytes(name: "table.csv", text: Array(text.utf8)), options: table.options,
          expecting: .anything)
        table.check(read, what)
      } catch {
        #expect(error.kind == .invalidInput && error.advice != nil, "\(error) \(what)")
        refused.append("\(error) \(what)")
      }
    }
    // What is refused is in doubt; most is not.
    #expect(refused.count <= 12, "\(refused.joined(separator: "\n\n"))")
  }

  /// Times in one of many forms are in the order in which they were.
  @Test(arguments: 0..<8)
  func timesAreInTheirOrder(seed: Int) throws {
    for index in 0..<25 {
      var random = Shuffler(seed: UInt64(seed * 1000 + index + 77))
      let form = random.below(WrittenTable.timeForms.count)
      let seconds = (0..<30).map { _ in 1_600_000_000 + 60 * random.below(4_000_000) }
      let text =
        "t,x\n"
        + seconds.enumerated().map { "\"\(WrittenTable.timeForms[form]($1))\",\($0)\n" }.joined()
      var options = CSVReader.Options(features: ["x"])
      options.division = CSVReader.Division(column: "t", isTime: true)
      let table = try RawTable(csv(text), options: options, expecting: .anything)
      guard case .times(let instants)? = table.division else {
        Issue.record("no times: \(text.prefix(200))")
        continue
      }
      for (first, second) in zip(seconds.indices, seconds.indices.dropFirst()) {
        let isEarlier = seconds[first] < seconds[second]
        // A form without the time of day tells days apart alone.
        #expect(
          instants[first] == instants[second] || (instants[first] < instants[second]) == isEarlier,
          "\(text.prefix(200))")
      }
    }
  }
}

/// Random numbers of a test, always the same.
struct Shuffler {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

/// A table of numbers, categories and a target, and the manner in which it is written.
private struct WrittenTable {
  struct Column {
    var name: String
    /// Thousandths or categories; nil where a cell is missing.
    var numbers: [Int?]?
    var categories: [String?]?
    var notation = NumberNotation()
    /// Digits after the decimal mark.
    var decimals = 3
    var isTarget = false
  }

  enum Header: CaseIterable { case plain, quoted, range, none, index, short }

  private var random: Shuffler
  private var columns: [Column] = []
  private let rows = 30
  private let delimiter: String
  private let header: Header
  private let lineEnd: String
  private let quotesAll: Bool
  private let missing: String
  private let hasComments: Bool
  private let isPadded: Bool

  init(seed: UInt64) {
    random = Shuffler(seed: seed)
    delimiter = random.pick([",", ",", ";", ";", "\t", "|", "  "])
    let header = random.pick(Header.allCases)
    self.header = header
    lineEnd = random.pick(["\n", "\n", "\r\n", "\r"])
    quotesAll = random.chance(20)
    let isBlanks = delimiter == "  "
    missing = random.pick(isBlanks ? ["NA", "?", "nan"] : ["", "NA", "?", "nan", "NULL"])
    hasComments = random.chance(20)
    isPadded = random.chance(20) && !isBlanks
    let separators: [NumberNotation.Separator?] = [nil, .blank, .apostrophe]
    for index in 0..<(2 + random.below(3)) {
      let decimal = random.pick([NumberNotation.Separator.point, .point, .comma])
      let other: NumberNotation.Separator = decimal == .point ? .comma : .point
      var column = Column(name: "num \(index)")
      column.notation.decimal = decimal
      column.notation.thousands = random.pick(separators + [other, nil])
      if random.chance(15) { column.notation.unit = .percent }
      column.decimals = random.below(4)
      let size = random.pick([10, 1000, 100_000, 9_000_000])
      let step = [1000, 100, 10, 1][column.decimals]
      let gaps = random.chance(25) ? 10 : 0
      column.numbers = (0..<rows).map { _ in
        random.chance(gaps) ? nil : (random.below(2 * size * 10) - size * 5) / step * step
      }
      columns.append(column)
    }
    let values = ["red", "green, dark", "blue \"sky\"", "two\nlines"]
    var category = Column(name: "cat,egory.x")
    category.categories = (0..<rows).map { _ in random.chance(5) ? nil : random.pick(values) }
    columns.append(category)
    var target = Column(name: "y", isTarget: true)
    target.categories = (0..<rows).map { $0 < 2 ? ["no", "yes"][$0] : random.pick(["yes", "no"]) }
    columns.append(target)
    for index in columns.indices.reversed() { columns.swapAt(index, random.below(index + 1)) }
    for index in columns.indices where header == .range { columns[index].name = "\(index)" }
    for index in columns.indices where header == .none {
      columns[index].name = "column_\(index + 1)"
    }
  }

  var style: String {
    "\(header) \(delimiter) \(columns.map { "\($0.name): \($0.notation.description ?? "plain")" })"
  }

  var options: CSVReader.Options {
    var options = CSVReader.Options(targets: columns.filter(\.isTarget).map(\.name))
    if header == .none { options.header = .absent }
    if delimiter == "  " { options.splitsAtBlanks = true }
    if hasComments { options.comment = UInt8(ascii: "#") }
    return options
  }

  mutating func text() -> String {
    var lines: [String] = hasComments ? ["# about, the; table"] : []
    let names = columns.map { cell($0.name, isQuoted: header == .quoted) }
    switch header {
    case .plain, .quoted, .range, .short: lines.append(joined(names))
    case .index: lines.append(joined([delimiter == "  " ? "\"\"" : ""] + names))
    case .none: break
    }
    for row in 0..<rows {
      var cells = columns.map { cell(written($0, row), isQuoted: quotesAll) }
      if header == .index || header == .short { cells.insert("\(row)", at: 0) }
      lines.append(joined(cells))
      if hasComments, row == 7 { lines.append("# half") }
    }
    let text = lines.joined(separator: "\n") + "\n"
    return random.chance(20) ? "\u{FEFF}" + ended(text) : ended(text)
  }

  /// Line ends within quotes stay what they are.
  private func ended(_ text: String) -> String {
    var result = ""
    var isQuoted = false
    for scalar in text.unicodeScalars {
      if scalar == "\"" { isQuoted.toggle() }
      result += scalar == "\n" && (!isQuoted || lineEnd == "\r") ? lineEnd : String(scalar)
    }
    return result
  }

  private mutating func joined(_ cells: [String]) -> String {
    cells.joined(
      separator: delimiter == "  " ? String(repeating: " ", count: 1 + random.below(3)) : delimiter)
  }

  private func cell(_ text: String, isQuoted: Bool) -> String {
    let marks = delimiter + "\"\n"
    guard
      isQuoted || text.utf8.contains(where: marks.utf8.contains)
        || text.isEmpty && delimiter == "  "
    else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  private func written(_ column: Column, _ row: Int) -> String {
    if let categories = column.categories { return categories[row] ?? missing }
    guard let number = column.numbers?[row] else { return missing }
    let digits = String(number.magnitude)
    let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    var whole = Array(padded.dropLast(3))
    if let mark = column.notation.thousands {
      for place in stride(from: whole.count - 3, to: 0, by: -3) {
        whole.insert(Character(mark.rawValue), at: place)
      }
    }
    var text = number < 0 ? "-" : ""
    text += String(whole)
    if column.decimals > 0 {
      text += column.notation.decimal.rawValue + padded.suffix(3).prefix(column.decimals)
    }
    if column.notation.unit != nil { text += "%" }
    return isPadded ? " " + text + " " : text
  }

  /// Whether what was read is what was written.
  func check(_ read: RawTable, _ what: String) {
    #expect(read.rows.count == rows, "\(what)")
    for column in columns where !column.isTarget {
      guard let index = read.columns.firstIndex(where: { $0.name == column.name }) else {
        Issue.record("no column \(column.name): \(read.report) \(what)")
        continue
      }
      var values: [Float] = []
      read.forEach(index) { values.append($0) }
      let found = read.columns[index]
      if let numbers = column.numbers {
        // A point that may stand for thousands is taken for a decimal one where that is said.
        let isSaid = read.report.warnings.contains {
          $0.contains("'\(column.name)'") && $0.contains("data.thousands")
        }
        if isSaid { continue }
        let unit = column.notation.unit == nil ? "e-3" : "e-5"
        let expected = numbers.map { $0.map { Float("\($0)\(unit)") ?? .nan } }
        let areEqual = zip(values, expected).allSatisfy { value, number in
          number.map { $0 == value } ?? value.isNaN
        }
        #expect(found.categories == nil && areEqual, "\(column.name): \(values) \(what)")
      } else if let categories = column.categories {
        let texts = values.map { found.categories?[Int($0)] }
        let expected = categories.map { $0 ?? "" }
        #expect(texts == expected, "\(column.name) \(what)")
      }
    }
    let target = columns.first(where: \.isTarget)?.categories?.map { $0 == "yes" ? Int32(1) : 0 }
    #expect(read.rows.classes == target, "\(what)")
  }
}

extension WrittenTable {
  /// Ways to write a number of seconds since 1970.
  static let timeForms: [@Sendable (Int) -> String] = [
    { "\($0)" }, { "\($0)000" }, { date($0, "-") }, { date($0, "/") + " " + clock($0) },
    { date($0, "-") + "T" + clock($0) + "Z" }, { date($0, "-") + " " + clock($0) + "+02:00" },
    { date($0, "-", isPadded: false) + " " + clock($0, isPadded: false) },
    { date($0, "-") + " " + twelve($0) },
    { seconds in
      let day = civil(seconds)
      return "\(two(day.day)).\(two(day.month)).\(day.year) \(clock(seconds))"
    },
    { seconds in
      let day = civil(seconds)
      let names = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
      ]
      return "\(day.day) \(names[day.month - 1]) \(day.year) \(clock(seconds))"
    },
  ]

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// The day of a time, counted up from 1970 day by day.
  private static func civil(_ seconds: Int) -> (year: Int, month: Int, day: Int) {
    var days = seconds / 86_400
    var year = 1970
    func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    while days >= (isLeap(year) ? 366 : 365) {
      days -= isLeap(year) ? 366 : 365
      year += 1
    }
    let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var month = 0
    while days >= lengths[month] {
      days -= lengths[month]
      month += 1
    }
    return (year, month + 1, days + 1)
  }

  private static func date(_ seconds: Int, _ mark: String, isPadded: Bool = true) -> String {
    let day = civil(seconds)
    return isPadded
      ? "\(day.year)\(mark)\(two(day.month))\(mark)\(two(day.day))"
      : "\(day.year)\(mark)\(day.month)\(mark)\(day.day)"
  }

  private static func clock(_ seconds: Int, isPadded: Bool = true) -> String {
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
    return "\(isPadded ? two(hour) : "\(hour)"):\(two(minute)):\(two(second))"
  }

  private static func twelve(_ seconds: Int) -> String {
    let hour = seconds / 3600 % 24
    return "\((hour + 11) % 12 + 1):\(two(seconds / 60 % 60)) \(hour < 12 ? "AM" : "PM")"
  }
}
