/// What a column of a table holds and becomes.
public enum ColumnKind: Sendable, Equatable {
  case number
  /// A feature for each category.
  case categorical
  /// A trained vector for each category, so long; nil: as its number of categories suggests.
  case embedded(units: Int?)
  /// A date, perhaps with a time of day; whether days stand before months where that is open, nil: found.
  case date(isDayFirst: Bool?)
  case drop

  /// Whether the column is one of categories.
  package var isCategories: Bool {
    switch self {
    case .categorical, .embedded: true
    case .number, .date, .drop: false
    }
  }
}

extension ColumnKind {
  /// Of a value that the table has checked.
  package init?(_ value: ConfigValue) {
    switch value.stringValue {
    case "number": self = .number
    case "categorical": self = .categorical
    case "embed": self = .embedded(units: nil)
    case "date": self = .date(isDayFirst: nil)
    case "date_day_first": self = .date(isDayFirst: true)
    case "date_month_first": self = .date(isDayFirst: false)
    case "drop": self = .drop
    default:
      guard let units = value.mapValue?["embed"]?.integerValue else { return nil }
      self = .embedded(units: units)
    }
  }
}
