/// Reads the times of a column: numbers, or dates with or without a time of day, all in one manner.
enum TimeReader {
  /// - Throws: at the first cell that says no time, or says it unlike the others.
  static func instants(
    _ table: CSVTable, _ place: CSVTable.Place
  ) throws(CSVFault) -> [Instant] {
    let texts = try table.texts(of: place)
    func fault(_ fault: TimeFault, _ row: Int) -> CSVFault {
      table.fault(.notATime(fault), row, place)
    }
    if let first = texts.first, Instant(number: first) != nil {
      var instants: [Instant] = []
      instants.reserveCapacity(texts.count)
      for (row, text) in texts.enumerated() {
        guard let instant = Instant(number: text) else {
          let isMissing = MissingWords.everywhere.contains(text)
          throw fault(isMissing ? .missing : .otherKind, row)
        }
        instants.append(instant)
      }
      return instants
    }
    var times: [WrittenTime] = []
    times.reserveCapacity(texts.count)
    for (row, text) in texts.enumerated() {
      guard let time = WrittenTime(text) else {
        let isMissing = MissingWords.everywhere.contains(text)
        throw fault(
          isMissing ? .missing : Instant(number: text) != nil ? .otherKind : .unknown, row)
      }
      if let first = times.first {
        if time.hasOffset != first.hasOffset { throw fault(.otherZone, row) }
      }
      times.append(time)
    }
    if times.contains(where: { $0.isTwelveHours == true }),
      let row = times.firstIndex(where: { $0.isTwelveHours == false })
    {
      throw fault(.otherClock, row)
    }
    let isDayFirst = try dayFirst(times).mapError { fault($0.fault, $0.row) }.get()
    var instants: [Instant] = []
    instants.reserveCapacity(times.count)
    for (row, time) in times.enumerated() {
      guard let instant = time.instant(isDayFirst: isDayFirst) else {
        throw fault(.impossible, row)
      }
      instants.append(instant)
    }
    return instants
  }

  struct Place: Error {
    var fault: TimeFault
    var row: Int
  }

  /// Whether the day stands before the month, where the order is not known from the way dates are written.
  static func dayFirst(_ times: [WrittenTime]) -> Result<Bool, Place> {
    var found: Bool?
    var open: Int?
    for (row, time) in times.enumerated() {
      guard case .open(let first, let second) = time.order else { continue }
      if open == nil, first != second { open = row }
      guard (first > 12) != (second > 12) else { continue }
      let isDayFirst = first > 12
      if let found, found != isDayFirst { return .failure(Place(fault: .otherOrder, row: row)) }
      found = isDayFirst
    }
    if found == nil, let open { return .failure(Place(fault: .dayOrMonth, row: open)) }
    return .success(found ?? true)
  }
}
