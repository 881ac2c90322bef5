/// Which numbers a key takes.
public struct ConfigBounds<Value: Comparable & Sendable>: Sendable, Equatable {
  /// One end.
  public struct Bound: Sendable, Equatable {
    public var value: Value
    /// Whether the value itself is still allowed.
    public var isInclusive: Bool
  }

  public var lower: Bound?
  public var upper: Bound?

  /// Any number.
  public static var any: Self { Self() }
  /// `value` or more.
  public static func atLeast(_ value: Value) -> Self {
    Self(lower: Bound(value: value, isInclusive: true))
  }
  /// More than `value`.
  public static func above(_ value: Value) -> Self {
    Self(lower: Bound(value: value, isInclusive: false))
  }
  /// Both ends allowed.
  public static func from(_ lower: Value, to upper: Value) -> Self {
    Self(
      lower: Bound(value: lower, isInclusive: true), upper: Bound(value: upper, isInclusive: true))
  }
  /// The lower end allowed, the upper not.
  public static func from(_ lower: Value, below upper: Value) -> Self {
    Self(
      lower: Bound(value: lower, isInclusive: true), upper: Bound(value: upper, isInclusive: false))
  }
  /// The upper end allowed, the lower not.
  public static func above(_ lower: Value, to upper: Value) -> Self {
    Self(
      lower: Bound(value: lower, isInclusive: false), upper: Bound(value: upper, isInclusive: true))
  }
  /// Neither end allowed.
  public static func between(_ lower: Value, _ upper: Value) -> Self {
    Self(
      lower: Bound(value: lower, isInclusive: false),
      upper: Bound(value: upper, isInclusive: false))
  }

  /// Whether a number is within the bounds.
  public func contains(_ value: Value) -> Bool {
    if let lower, value < lower.value || value == lower.value && !lower.isInclusive { return false }
    if let upper, value > upper.value || value == upper.value && !upper.isInclusive { return false }
    return true
  }

  /// The bounds as they follow "a number": ` of at least 1`, ` above 0 and at most 1`; empty for
  /// any.
  package func words(_ digits: (Value) -> String) -> String {
    switch (lower, upper) {
    case (nil, nil): return ""
    case (let lower?, nil):
      return (lower.isInclusive ? " of at least " : " above ") + digits(lower.value)
    case (nil, let upper?):
      return (upper.isInclusive ? " of at most " : " below ") + digits(upper.value)
    case (let lower?, let upper?):
      if lower.isInclusive, upper.isInclusive {
        return " from \(digits(lower.value)) to \(digits(upper.value))"
      }
      return (lower.isInclusive ? " of at least " : " above ") + digits(lower.value)
        + (upper.isInclusive ? " and at most " : " and below ") + digits(upper.value)
    }
  }
}
