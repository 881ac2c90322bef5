/// A point in time, or any number that says when: exact for whole numbers of 64 bits.
struct Instant: Comparable, Sendable {
  /// Whole seconds, for a date since 1970.
  var whole: Int64
  /// From 0 to below 1.
  var fraction = 0.0

  static func < (first: Instant, second: Instant) -> Bool {
    (first.whole, first.fraction) < (second.whole, second.fraction)
  }

  /// A plain number; nil for any other text, and for what no 64 bits hold.
  init?(number text: String) {
    if let whole = Int64(text) {
      self.init(whole: whole)
    } else {
      guard text.utf8.allSatisfy({ (0x2B...0x39).contains($0) || $0 | 0x20 == 0x65 }),
        let number = Double(text), let whole = Int64(exactly: number.rounded(.down))
      else { return nil }
      self.init(whole: whole, fraction: number - number.rounded(.down))
    }
  }

  init(whole: Int64, fraction: Double = 0) {
    (self.whole, self.fraction) = (whole, fraction)
  }
}
