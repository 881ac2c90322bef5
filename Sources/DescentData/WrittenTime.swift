/// A time as it stands in a cell: a date, perhaps a time of day, perhaps its distance from UTC.
struct WrittenTime {
  /// In which order day and month stand.
  enum Order {
    case known(month: Int, day: Int)
    /// Either may be the day.
    case open(Int, Int)
  }

  private(set) var year = 0
  private(set) var order = Order.known(month: 1, day: 1)
  private var hour = 0
  private var minute = 0
  private var second = 0
  private var fraction = 0.0
  /// Seconds east of UTC.
  private var offset = 0
  private(set) var hasOffset = false
  /// Whether AM or PM stands with the time; nil for a date alone.
  private(set) var isTwelveHours: Bool?

  /// Nil for a text that is no time.
  init?(_ text: String) {
    var scan = TimeScanner(text)
    scan.skipBlanks()
    guard readDate(&scan) else { return nil }
    if scan.take(anyOf: "T") || scan.take(anyOf: "t") || scan.skipBlanks() || scan.take(anyOf: ",")
    {
      scan.skipBlanks()
      guard scan.isAtEnd || readTime(&scan) else { return nil }
    }
    scan.skipBlanks()
    guard scan.isAtEnd else { return nil }
  }

  /// When it was; nil where there is no such day or hour.
  func instant(isDayFirst: Bool) -> Instant? {
    let (month, day): (Int, Int) =
      switch order {
      case .known(let month, let day): (month, day)
      case .open(let first, let second): isDayFirst ? (second, first) : (first, second)
      }
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    guard (1...12).contains(month),
      (1...(lengths[month - 1] + (month == 2 && isLeapYear ? 1 : 0))).contains(day),
      hour < 24 || (hour == 24 && minute == 0 && second == 0), minute < 60, second <= 60
    else { return nil }
    // Days since 1970, the year begun in March.
    let march = month > 2 ? year : year - 1
    let era = march >= 0 ? march / 400 : (march - 399) / 400
    let ofEra = march - era * 400
    let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    return Instant(whole: Int64(seconds), fraction: fraction)
  }

  /// The same in seconds, and as a clock showed it where it was written.
  func times(isDayFirst: Bool) -> WrittenTimes.Time? {
    instant(isDayFirst: isDayFirst).map {
      let seconds = Double($0.whole) + $0.fraction
      return WrittenTimes.Time(instant: seconds, wall: seconds + Double(offset))
    }
  }

  private mutating func readDate(_ scan: inout TimeScanner) -> Bool {
    if scan.skipWeekday() { scan.skipBlanks() }
    if let month = scan.month() {
      // May 31, 2024
      scan.skipSeparators()
      guard let day = scan.number(atMost: 2) else { return false }
      scan.skipOrdinal()
      scan.skipSeparators()
      guard let year = scan.number(exactly: 4) else { return false }
      (self.year, order) = (year, .known(month: month, day: day))
      return true
    }
    guard let (first, length) = scan.digits() else { return false }
    switch length {
    case 14, 12:
      // 20240531183000
      let seconds = length == 14 ? first % 100 : 0
      let rest = length == 14 ? first / 100 : first
      (hour, minute, second) = (rest / 100 % 100, rest % 100, seconds)
      (year, order) = (
        rest / 100_000_000, .known(month: rest / 1_000_000 % 100, day: rest / 10_000 % 100)
      )
      isTwelveHours = false
      return true
    case 8:
      (year, order) = (first / 10_000, .known(month: first / 100 % 100, day: first % 100))
      return true
    case 4:
      year = first
      guard let mark = scan.separator() else { return scan.isAtEnd }
      if let month = scan.month() {
        order = .known(month: month, day: 1)
        guard scan.take(mark) else { return scan.isAtEnd }
        guard let day = scan.number(atMost: 2) else { return false }
        order = .known(month: month, day: day)
        return true
      }
      guard let month = scan.number(atMost: 2) else { return false }
      order = .known(month: month, day: 1)
      guard scan.take(mark) else { return scan.isAtEnd }
      guard let day = scan.number(atMost: 2) else { return false }
      order = .known(month: month, day: day)
      return true
    case 1, 2:
      scan.skipOrdinal()
      let isSpaced = scan.skipBlanks()
      if isSpaced || scan.isAtLetter || scan.isBeforeLetter {
        // 31 May 2024
        scan.skipSeparators()
        guard let month = scan.month() else { return false }
        scan.skipSeparators()
        guard let year = scan.number(exactly: 4) else { return false }
        (self.year, order) = (year, .known(month: month, day: first))
        return true
      }
      guard let mark = scan.separator(), let second = scan.number(atMost: 2), scan.take(mark),
        let year = scan.number(exactly: 4)
      else { return false }
      self.year = year
      // With points the day stands first.
      order = mark == UInt8(ascii: ".") ? .known(month: second, day: first) : .open(first, second)
      return true
    default: return false
    }
  }

  private mutating func readTime(_ scan: inout TimeScanner) -> Bool {
    guard let (first, length) = scan.digits() else { return false }
    isTwelveHours = false
    if length == 4 || length == 6 {
      (hour, minute) =
        length == 4 ? (first / 100, first % 100) : (first / 10_000, first / 100 % 100)
      second = length == 6 ? first % 100 : 0
    } else {
      guard length <= 2 else { return false }
      hour = first
      if scan.take(anyOf: ":") {
        guard let minute = scan.number(exactly: 2) else { return false }
        self.minute = minute
        if scan.take(anyOf: ":") {
          guard let second = scan.number(exactly: 2) else { return false }
          self.second = second
        }
      } else {
        // An hour alone is one only with AM or PM.
        var next = scan
        next.skipBlanks()
        guard next.half() != nil else { return false }
      }
    }
    if scan.take(anyOf: ".,") {
      guard let fraction = scan.fraction() else { return false }
      self.fraction = fraction
    }
    scan.skipBlanks()
    if let isAfternoon = scan.half() {
      guard (1...12).contains(hour) else { return false }
      isTwelveHours = true
      hour = hour % 12 + (isAfternoon ? 12 : 0)
      scan.skipBlanks()
    }
    if let offset = scan.offset() {
      (self.offset, hasOffset) = (offset, true)
    }
    return true
  }
}

/// Takes a time's parts from the front of a text.
private struct TimeScanner {
  private let text: [UInt8]
  private var position = 0

  init(_ text: String) { self.text = Array(text.utf8.prefix(100)) }

  var isAtEnd: Bool { position >= text.count }
  private var next: UInt8? { position < text.count ? text[position] : nil }
  var isAtLetter: Bool { Self.isLetter(next) }
  var isBeforeLetter: Bool {
    position + 1 < text.count && "-/. ,".utf8.contains(text[position])
      && Self.isLetter(text[position + 1])
  }

  private static func isLetter(_ byte: UInt8?) -> Bool {
    byte.map { (0x61...0x7A).contains($0 | 0x20) } ?? false
  }

  @discardableResult
  mutating func skipBlanks() -> Bool {
    let start = position
    while let byte = next, byte == 0x20 || byte == 0x09 { position += 1 }
    return position > start
  }

  mutating func skipSeparators() {
    while let byte = next, " -/.,".utf8.contains(byte) { position += 1 }
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  mutating func take(anyOf bytes: String) -> Bool {
    guard let byte = next, bytes.utf8.contains(byte) else { return false }
    position += 1
    return true
  }

  mutating func separator() -> UInt8? {
    guard let byte = next, "-/.".utf8.contains(byte) else { return nil }
    position += 1
    return byte
  }

  /// All digits that follow, at most 14 of them.
  mutating func digits() -> (value: Int, length: Int)? {
    var (value, length) = (0, 0)
    while let byte = next, byte &- 0x30 < 10, length < 15 {
      value = value * 10 + Int(byte - 0x30)
      length += 1
      position += 1
    }
    return length == 0 ? nil : (value, length)
  }

  mutating func number(atMost most: Int) -> Int? {
    digits().flatMap { $0.length <= most ? $0.value : nil }
  }

  mutating func number(exactly length: Int) -> Int? {
    digits().flatMap { $0.length == length ? $0.value : nil }
  }

  mutating func fraction() -> Double? {
    let start = position
    var (value, unit) = (0.0, 1.0)
    while let byte = next, byte &- 0x30 < 10 {
      // What is below a nanosecond does not count, and what follows stays below one.
      if position - start < 15 {
        value = value * 10 + Double(byte - 0x30)
        unit *= 10
      }
      position += 1
    }
    return position == start ? nil : value / unit
  }

  /// A word in either case, as far as letters go.
  private mutating func word() -> String {
    let start = position
    while Self.isLetter(next) { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self).lowercased()
  }

  private mutating func word<Value>(_ meaning: (String) -> Value?) -> Value? {
    let start = position
    if let value = meaning(word()) { return value }
    position = start
    return nil
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]
  private static let days = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  mutating func month() -> Int? {
    word { word in
      guard word.utf8.count >= 3 else { return nil }
      let name = word == "sept" ? "sep" : word
      return Self.months.firstIndex { $0 == name || ($0.hasPrefix(name) && name.utf8.count == 3) }
        .map { $0 + 1 }
    }
  }

  mutating func skipWeekday() -> Bool {
    let isDay =
      word { word -> Bool? in
        let isDay = Self.days.contains {
          $0 == word || ($0.hasPrefix(word) && (3...4).contains(word.utf8.count))
        }
        return isDay && word.utf8.count >= 3 ? true : nil
      } ?? false
    if isDay { _ = take(anyOf: ",.") }
    return isDay
  }

  mutating func skipOrdinal() {
    _ = word { ["st", "nd", "rd", "th"].contains($0) ? true : nil }
  }

  /// AM or PM: whether it is the afternoon.
  mutating func half() -> Bool? {
    let start = position
    let letters = "ap".utf8
    guard let byte = next, letters.contains(byte | 0x20) else { return nil }
    position += 1
    _ = take(anyOf: ".")
    guard take(anyOf: "mM") else {
      position = start
      return nil
    }
    _ = take(anyOf: ".")
    return byte | 0x20 == UInt8(ascii: "p")
  }

  /// Z, UTC, GMT, +02, +0200 or +02:00 in seconds.
  mutating func offset() -> Int? {
    let start = position
    let isNamed = word { ["z", "utc", "gmt"].contains($0) ? true : nil } ?? false
    guard let sign = next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return isNamed ? 0 : nil
    }
    position += 1
    guard let (value, length) = digits(), length == 2 || length == 4 else {
      position = start
      return nil
    }
    var (hours, minutes) = length == 4 ? (value / 100, value % 100) : (value, 0)
    if length == 2, take(anyOf: ":") {
      guard let rest = number(exactly: 2) else {
        position = start
        return nil
      }
      (hours, minutes) = (hours, rest)
    }
    guard hours <= 18, minutes < 60 else {
      position = start
      return nil
    }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}
