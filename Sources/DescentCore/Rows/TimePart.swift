/// What of a time becomes a feature.
public enum TimePart: String, Sendable, CaseIterable {
  /// Days, and parts of a day, since a day that is the training rows' own: what happens over time.
  case elapsed
  case year
  /// From 1.
  case month
  /// Of the month, from 1.
  case day
  /// From 0 for Monday.
  case weekday
  /// Of the day, minutes as parts of it.
  case hour
}
