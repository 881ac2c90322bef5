/// How the numbers of a column are written: 1.5, 1,5, 1.234,5, 12 %.
public struct NumberNotation: Sendable, Hashable {
  /// What stands between the thousands of whole numbers.
  public enum Separator: String, Sendable, CaseIterable {
    case comma = ","
    case point = "."
    case blank = " "
    case apostrophe = "'"
    case underscore = "_"
  }

  /// What stands before or after every number.
  public enum Unit: Sendable, Hashable {
    /// Hundredths: 12.5 % is 0.125.
    case percent
    case currency(String)

    package init(_ text: String) { self = text == "%" ? .percent : .currency(text) }

    /// `%` or the currency's sign.
    public var text: String {
      switch self {
      case .percent: "%"
      case .currency(let sign): sign
      }
    }
  }

  /// A comma or a point.
  public var decimal: Separator
  public var thousands: Separator?
  public var unit: Unit?

  public init(decimal: Separator = .point, thousands: Separator? = nil, unit: Unit? = nil) {
    self.decimal = decimal
    self.thousands = thousands
    self.unit = unit
  }

  /// That of numbers in programs.
  package static let plain = NumberNotation()

  /// In a few words for a report; nil for plain numbers.
  package var description: String? {
    guard self != .plain else { return nil }
    var parts: [String] = []
    if decimal == .comma { parts.append("decimal comma") }
    if let thousands { parts.append("thousands with \(thousands.words)") }
    switch unit {
    case .percent: parts.append("per cent, as hundredths")
    case .currency(let sign): parts.append("in \(sign)")
    case nil: break
    }
    return parts.joined(separator: ", ")
  }
}

extension NumberNotation.Separator {
  package var words: String {
    switch self {
    case .comma: "a comma"
    case .point: "a point"
    case .blank: "a blank"
    case .apostrophe: "an apostrophe"
    case .underscore: "an underscore"
    }
  }
}

/// Notations that numbers may be written in, their units apart.
package struct NotationSet: OptionSet, Sendable {
  package let rawValue: UInt16

  /// All there are: one of two decimal marks, and thousands without a mark, with the other one of the two, or a third.
  package static let every: [NumberNotation] = [.point, .comma].flatMap {
    (decimal: NumberNotation.Separator) -> [NumberNotation] in
    let other: NumberNotation.Separator = decimal == .point ? .comma : .point
    let thousands: [NumberNotation.Separator?] = [nil, other, .blank, .apostrophe, .underscore]
    return thousands.map { NumberNotation(decimal: decimal, thousands: $0) }
  }

  package static let all = NotationSet(rawValue: 0x3FF)
  package static let decimalPoint = NotationSet(rawValue: 0x1F)
  package static let decimalComma = NotationSet(rawValue: 0x3E0)

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Those with one mark for decimals, where it is given, and one or none for thousands.
  package init(decimal: NumberNotation.Separator?, thousands: NumberNotation.Separator?) {
    var bits: UInt16 = 0
    for (index, notation) in Self.every.enumerated() {
      let fits =
        (decimal == nil || notation.decimal == decimal)
        && (thousands == nil
          || (notation.thousands == nil
            ? notation.decimal != thousands : notation.thousands == thousands))
      if fits { bits |= 1 << UInt16(index) }
    }
    rawValue = bits
  }

  /// The first of them; nil where there is none.
  package var first: NumberNotation? {
    rawValue == 0 ? nil : Self.every[rawValue.trailingZeroBitCount]
  }
}
