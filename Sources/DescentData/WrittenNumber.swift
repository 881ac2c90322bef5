/// A number as it stands in a cell, before it is known which marks are decimal ones.
struct WrittenNumber {
  /// The notations in which it is a number.
  let notations: NotationSet
  let unit: NumberNotation.Unit?
  /// Whether it has a point or a comma, so that the notation matters.
  let hasMark: Bool
  /// Sign and digits, without marks.
  private let digits: [UInt8]
  /// Where in `digits` the last mark stands, and which it is.
  private let lastMark: (place: Int, separator: NumberNotation.Separator)?
  private let exponent: Int

  /// Whether a text is a number in some notation.
  static func isNumber(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { WrittenNumber($0) != nil }
  }

  /// Nil for a text that is no number in any notation.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    var scan = NumberScanner(text)
    scan.skipBlanks()
    var isNegative = scan.sign()
    var unit = scan.currency()
    if unit != nil {
      scan.skipBlanks()
      if isNegative == nil { isNegative = scan.sign() }
    }
    var digits: [UInt8] = isNegative == true ? [UInt8(ascii: "-")] : []
    let first = digits.count
    // The digits before the first mark, between two, and after the last one.
    var (lengthOfFirst, length, count) = (0, 0, 0)
    var middlesAreThousands = true
    var last: NumberNotation.Separator?
    var inner: NumberNotation.Separator?
    var innerAreAlike = true
    while true {
      if let digit = scan.digit() {
        digits.append(digit)
        length += 1
      } else if let mark = scan.mark() {
        if count == 0 {
          lengthOfFirst = length
        } else {
          middlesAreThousands = middlesAreThousands && length == 3
          innerAreAlike = innerAreAlike && (inner == nil || inner == last)
          inner = last
        }
        last = mark
        count += 1
        length = 0
      } else {
        break
      }
    }
    guard digits.count > first else { return nil }
    let place = digits.count - length
    guard let exponent = scan.exponent() else { return nil }
    scan.skipBlanks()
    if scan.percent() {
      guard unit == nil else { return nil }
      unit = .percent
    } else if unit == nil {
      unit = scan.currency()
    }
    scan.skipBlanks()
    guard scan.isAtEnd else { return nil }

    self.unit = unit
    self.exponent = exponent - (unit == .percent ? 2 : 0)
    self.digits = digits
    lastMark = last.map { (place, $0) }
    guard let last else {
      (notations, hasMark) = (.all, false)
      return
    }
    let beginsWithZero = digits[first] == UInt8(ascii: "0")
    let hasThousands =
      (1...3).contains(lengthOfFirst) && !beginsWithZero && middlesAreThousands && innerAreAlike
    var notations: NotationSet = []
    if last == .point || last == .comma {
      if count == 1 {
        notations.formUnion(NotationSet(decimal: last, thousands: nil))
      } else if hasThousands, let inner, inner != last {
        notations.formUnion(Self.exactly(decimal: last, thousands: inner))
      }
    }
    if hasThousands, length == 3, inner == nil || inner == last {
      for decimal in [NumberNotation.Separator.point, .comma] where decimal != last {
        notations.formUnion(Self.exactly(decimal: decimal, thousands: last))
      }
    }
    guard !notations.isEmpty else { return nil }
    self.notations = notations
    hasMark = last == .point || last == .comma || inner == .point || inner == .comma
  }

  private static func exactly(
    decimal: NumberNotation.Separator, thousands: NumberNotation.Separator
  ) -> NotationSet {
    NotationSet(
      rawValue: NotationSet.every.firstIndex {
        $0.decimal == decimal && $0.thousands == thousands
      }.map { 1 << UInt16($0) } ?? 0)
  }

  /// The number in the grammar of programs, as it is in a notation that it may be written in.
  func plainText(in notation: NumberNotation) -> [UInt8] {
    var text = digits
    if let lastMark, lastMark.separator == notation.decimal {
      text.insert(UInt8(ascii: "."), at: lastMark.place)
    }
    if exponent != 0 { text += "e\(exponent)".utf8 }
    return text
  }
}

/// Takes a number's parts from the front of a text.
private struct NumberScanner {
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  var isAtEnd: Bool { position == text.count }

  private func starts(with bytes: [UInt8]) -> Bool {
    position + bytes.count <= text.count
      && bytes.indices.allSatisfy { text[position + $0] == bytes[$0] }
  }

  private mutating func take(_ bytes: [UInt8]) -> Bool {
    guard starts(with: bytes) else { return false }
    position += bytes.count
    return true
  }

  private static let noBreakSpace: [UInt8] = [0xC2, 0xA0]
  private static let narrowSpace: [UInt8] = [0xE2, 0x80, 0xAF]
  private static let apostrophe: [UInt8] = [0xE2, 0x80, 0x99]
  private static let minus: [UInt8] = [0xE2, 0x88, 0x92]
  private static let currencies = ["$", "€", "£", "¥"].map { (sign: $0, bytes: Array($0.utf8)) }

  mutating func skipBlanks() {
    while position < text.count {
      let byte = text[position]
      if byte == 0x20 || byte == 0x09 {
        position += 1
      } else if !take(Self.noBreakSpace), !take(Self.narrowSpace) {
        return
      }
    }
  }

  /// Whether there is a minus; nil where there is no sign.
  mutating func sign() -> Bool? {
    guard position < text.count else { return nil }
    switch text[position] {
    case UInt8(ascii: "-"), UInt8(ascii: "+"):
      position += 1
      return text[position - 1] == UInt8(ascii: "-")
    case 0xE2: return take(Self.minus) ? true : nil
    default: return nil
    }
  }

  mutating func currency() -> NumberNotation.Unit? {
    guard position < text.count, text[position] == UInt8(ascii: "$") || text[position] >= 0x80
    else { return nil }
    for (sign, bytes) in Self.currencies where take(bytes) { return .currency(sign) }
    return nil
  }

  mutating func percent() -> Bool {
    guard position < text.count, text[position] == UInt8(ascii: "%") else { return false }
    position += 1
    return true
  }

  @inline(__always)
  mutating func digit() -> UInt8? {
    guard position < text.count, text[position] &- 0x30 < 10 else { return nil }
    position += 1
    return text[position - 1]
  }

  /// A mark within a number. A blank is one only before a digit.
  mutating func mark() -> NumberNotation.Separator? {
    guard position < text.count else { return nil }
    var length = 1
    var mark: NumberNotation.Separator
    switch text[position] {
    case UInt8(ascii: ","): mark = .comma
    case UInt8(ascii: "."): mark = .point
    case UInt8(ascii: "'"): mark = .apostrophe
    case UInt8(ascii: "_"): mark = .underscore
    case 0x20: mark = .blank
    default:
      if starts(with: Self.noBreakSpace) {
        (mark, length) = (.blank, 2)
      } else if starts(with: Self.narrowSpace) {
        (mark, length) = (.blank, 3)
      } else if starts(with: Self.apostrophe) {
        (mark, length) = (.apostrophe, 3)
      } else {
        return nil
      }
    }
    if mark != .comma, mark != .point {
      guard position + length < text.count, text[position + length] &- 0x30 < 10 else { return nil }
    }
    position += length
    return mark
  }

  /// The power of ten: 0 where none is written, nil where it is not to be read.
  mutating func exponent() -> Int? {
    guard position < text.count, [0x65, 0x64].contains(text[position] | 0x20) else { return 0 }
    position += 1
    let isNegative = sign() ?? false
    var value = 0
    let start = position
    while let digit = digit() { value = min(value * 10 + Int(digit - 0x30), 100_000) }
    guard position > start else { return nil }
    return isNegative ? -value : value
  }
}
