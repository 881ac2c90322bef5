/// The times of a column's cells.
struct WrittenTimes {
  /// A time in seconds since 1970, as it was, and as a clock showed it where it was written; NaN where a cell says none.
  struct Time {
    var instant: Double
    var wall: Double

    static let missing = Time(instant: .nan, wall: .nan)
  }

  var times: [Time]
  /// Whether days stand before months where cells leave it open; nil where none does.
  var isDayFirst: Bool?
  /// Whether that was only supposed.
  var isSupposed = false

  var missing: Int { times.count { $0.instant.isNaN } }
}

extension WrittenTimes.Time {
  private static let day = 86_400.0

  /// Days since 1970.
  var days: Double { instant / Self.day }

  /// A part as a number.
  ///
  /// - Parameter start: the day from which on elapsed ones are counted.
  func value(of part: TimePart, since start: Double) -> Float {
    let day = (wall / Self.day).rounded(.down)
    switch part {
    case .elapsed: return Float(days - start)
    case .year: return Float(Self.date(ofDay: Int(day)).year)
    case .month: return Float(Self.date(ofDay: Int(day)).month)
    case .day: return Float(Self.date(ofDay: Int(day)).day)
    // 1970 began on a Thursday.
    case .weekday: return Float(((Int(day) + 3) % 7 + 7) % 7)
    case .hour: return Float((wall - day * Self.day) / 3600)
    }
  }

  /// The date of a day since 1970: `WrittenTime.instant` the other way round.
  private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let ofEra = shifted - era * 146_097
    let years = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * years + years / 4 - years / 100)
    let march = (5 * ofYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    return (years + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * march + 2) / 5 + 1)
  }
}

extension TimeReader {
  /// Reads the cells of a column as dates, with the time of day or without; words that mean that one is missing are none.
  ///
  /// - Parameters:
  ///   - isTold: whether it has been said that they are dates, so that a cell that is none is an error.
  ///   - isDayFirst: which of day and month stands first where that is open; nil: as the column's other dates say, and where none
  ///     does the month, as it is supposed to.
  /// - Returns: nil where a cell is no date, or they are written in several manners.
  static func times(
    _ table: CSVTable, _ place: CSVTable.Place, _ words: Set<String>, isTold: Bool,
    isDayFirst: Bool?
  ) throws(CSVFault) -> WrittenTimes? {
    var written: [WrittenTime?] = []
    written.reserveCapacity(table.count)
    var first: WrittenTime?
    for (row, text) in try table.texts(of: place).enumerated() {
      if words.contains(text) {
        written.append(nil)
        continue
      }
      guard let time = WrittenTime(text), time.hasOffset == (first ?? time).hasOffset else {
        guard isTold else { return nil }
        throw table.fault(
          .notATime(first == nil || WrittenTime(text) == nil ? .unknown : .otherZone), row, place)
      }
      first = first ?? time
      written.append(time)
    }
    guard first != nil else { return nil }
    var order = isDayFirst
    var isSupposed = false
    let isOpen = written.contains { time in
      if case .open(let a, let b)? = time?.order { a != b } else { false }
    }
    if isOpen, order == nil {
      switch dayFirst(written.compactMap(\.self)) {
      case .success(let found): order = found
      case .failure(let place) where place.fault == .dayOrMonth: (order, isSupposed) = (false, true)
      case .failure:
        guard isTold else { return nil }
      }
    }
    var times: [WrittenTimes.Time] = []
    times.reserveCapacity(written.count)
    for (row, time) in written.enumerated() {
      guard let time else {
        times.append(.missing)
        continue
      }
      guard let found = time.times(isDayFirst: order ?? false) else {
        guard isTold else { return nil }
        throw table.fault(.notATime(.impossible), row, place)
      }
      times.append(found)
    }
    return WrittenTimes(times: times, isDayFirst: isOpen ? order : nil, isSupposed: isSupposed)
  }
}
