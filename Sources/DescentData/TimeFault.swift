/// Why a cell says no time, or not when it was.
enum TimeFault: Error {
  case unknown
  case missing
  /// The day and the month may be either way round, in this cell and all others.
  case dayOrMonth
  /// Another cell has the day first, this one the month, or the other way round.
  case otherOrder
  /// No such day, hour or minute.
  case impossible
  /// With an offset where others have none, or the other way round.
  case otherZone
  /// With AM or PM where others have neither, or the other way round.
  case otherClock
  /// A date where others are numbers, or the other way round.
  case otherKind

  var problem: String {
    switch self {
    case .unknown: "which says no time that is understood"
    case .missing: "which says no time"
    case .dayOrMonth: "of which day and month may be either way round"
    case .otherOrder: "in which day and month stand otherwise than in other cells"
    case .impossible: "which is no time that there is"
    case .otherZone: "which says its distance from UTC unlike other cells"
    case .otherClock: "which is written with or without AM or PM unlike other cells"
    case .otherKind: "a number where others are dates, or a date where others are numbers"
    }
  }

  var advice: String {
    switch self {
    case .missing: "fill it in, or leave the row out"
    case .otherZone: "write the distance, such as +02:00 or Z, with all times or with none"
    case .otherClock: "write AM or PM with all times or with none"
    case .unknown, .dayOrMonth, .otherOrder, .impossible, .otherKind:
      "write all times as numbers, or as dates like 2024-05-31 or 2024-05-31 18:30"
    }
  }
}
