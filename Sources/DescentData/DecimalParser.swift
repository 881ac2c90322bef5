/// Reads decimal numbers as `Float`, correctly rounded, without a call per number.
///
/// The grammar is `[+-] digits [. digits] [e [+-] digits]` with at least one digit in the
/// significand, before or after the point. No hexadecimal, no "nan", no "inf", no locale.
///
/// Digits are taken eight at a time, however many of the eight there are, because numbers differ in their
/// lengths and a branch for each digit is mispredicted. What few texts do (a plus sign, no digit before the
/// point, more than 19 digits, the end of the text near) is left to a slower reading, digit by digit.
///
/// Both compute the number in `Double` as (up to 19 digits) × 10^k with at most three roundings, so within
/// 3 units in `Double`'s last place of the true value. Rounding that to `Float` is correct unless it lies that
/// close to the midpoint of two neighbouring `Float`s. Those few, subnormal and huge numbers, and longer
/// significands are left to the standard library.
///
/// Sendable, as nothing changes the tables of powers once they are made.
struct DecimalParser: @unchecked Sendable {
  /// Powers of ten from 10^-64 to 10^64, correctly rounded; made once and kept. A pointer, as an
  /// array would be retained and released for every number.
  nonisolated(unsafe) private static let powerTable: UnsafePointer<Double> = {
    let table = UnsafeMutablePointer<Double>.allocate(capacity: 129)
    for exponent in -64...64 {
      (table + exponent + 64).initialize(to: Double("1e\(exponent)") ?? .nan)
    }
    return UnsafePointer(table)
  }()
  /// Powers of ten from 10^0 to 10^19.
  nonisolated(unsafe) private static let integerTable: UnsafePointer<UInt64> = {
    let table = UnsafeMutablePointer<UInt64>.allocate(capacity: 20)
    var power: UInt64 = 1
    for exponent in 0...19 {
      (table + exponent).initialize(to: power)
      power = power &* 10
    }
    return UnsafePointer(table)
  }()
  private let powers = Self.powerTable
  private let integers = Self.integerTable

  /// The bytes that the quick reading may look at: a sign, a point and five words of digits.
  private static let reach = 48

  /// The number a whole text is; `nil` if it is none. Too large a number is infinite.
  func parse(_ text: UnsafeBufferPointer<UInt8>) -> Float? {
    guard let base = text.baseAddress else { return nil }
    var position = base
    let end = base + text.count
    guard let number = careful(&position, end: end), position == end else { return nil }
    return number
  }

  /// The number at `position`, which moves past it; `nil` if there is none there, in which case
  /// `position` is left somewhere in the text.
  @inline(__always)
  func parsePrefix(
    _ position: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> Float? {
    if end - position >= Self.reach, let number = quick(&position, end: end) { return number }
    return careful(&position, end: end)
  }

  /// The number at `position`, which moves past it; `nil`, and `position` stays, if it is none or has to be
  /// read with more care.
  @inline(__always)
  private func quick(
    _ position: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> Float? {
    var p = position
    let isNegative = p.pointee == UInt8(ascii: "-")
    p += isNegative ? 1 : 0
    var (significand, count) = Self.digits(at: p)
    guard count > 0 else { return nil }
    p += count
    if count == 8 {
      guard append(&p, to: &significand) < 8 else { return nil }
    }
    var exponent = 0
    if p.pointee == UInt8(ascii: ".") {
      p += 1
      let fraction = p
      if append(&p, to: &significand) == 8, append(&p, to: &significand) == 8 {
        guard append(&p, to: &significand) < 8 else { return nil }
      }
      exponent = fraction - p
    }
    if p.pointee | 0x20 == UInt8(ascii: "e") {
      guard let stated = Self.exponent(&p, end: end) else { return nil }
      exponent += stated
    }
    guard let number = number(significand, exponent, isNegative: isNegative) else { return nil }
    position = p
    return number
  }

  /// Appends up to eight digits to a significand of fewer than 19 and moves past them; returns how many, and 8
  /// without having done so if they do not fit, with which every caller gives up after its last word.
  @inline(__always)
  private func append(
    _ p: inout UnsafePointer<UInt8>, to significand: inout UInt64
  ) -> Int {
    let (value, count) = Self.digits(at: p)
    guard significand < integers[19 &- count] else { return 8 }
    significand = significand &* integers[count] &+ value
    p += count
    return count
  }

  /// The digits among the eight bytes at `p` before any that is none: their number and how many they are.
  @inline(__always)
  private static func digits(at p: UnsafePointer<UInt8>) -> (value: UInt64, count: Int) {
    let word =
      UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
      ^ 0x3030_3030_3030_3030
    // Digits are now 0 to 9, and all else gets its highest bit set. A carry spoils only bytes after one.
    let others = ((word &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080
    let count = others.trailingZeroBitCount >> 3
    // The digits move to the end, behind zeros; in two shifts, as one by 64 would be none.
    let shift = UInt64(truncatingIfNeeded: 32 &- 4 &* count)
    return (number(ofDigits: (word &<< shift) &<< shift), count)
  }

  /// The number that eight digits are, the first in the lowest byte.
  @inline(__always)
  private static func number(ofDigits digits: UInt64) -> UInt64 {
    // Pairs, then quadruples, then all eight, each in its own lane of the word.
    let lanes = (digits &* 10) &+ (digits >> 8)
    return
      (((lanes & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064)
      &+ (((lanes >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001)) >> 32
  }

  /// The exponent whose `e` is at `p`, which moves past it; `nil` if it has no digits.
  @inline(__always)
  private static func exponent(
    _ p: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> Int? {
    p += 1
    guard p < end else { return nil }
    let isNegative = p.pointee == UInt8(ascii: "-")
    if isNegative || p.pointee == UInt8(ascii: "+") { p += 1 }
    let start = p
    var value = 0
    while p < end, p.pointee &- 0x30 < 10 {
      // Far beyond both ranges, and far from overflow.
      value = min(value &* 10 &+ Int(p.pointee &- 0x30), 100_000)
      p += 1
    }
    guard p > start else { return nil }
    return isNegative ? -value : value
  }

  /// `significand` × 10^`exponent`; `nil` where its rounding takes more than `Double` can tell.
  @inline(__always)
  private func number(_ significand: UInt64, _ exponent: Int, isNegative: Bool) -> Float? {
    guard exponent >= -64, exponent <= 64 else { return nil }
    let magnitude = Double(significand) * powers[exponent &+ 64]
    let toMidpoint = Int(magnitude.bitPattern & 0x1FFF_FFFF) &- 0x1000_0000
    // A margin on both sides of what a Float holds to full precision. Whole numbers that Double holds are exact.
    let isDecided =
      (toMidpoint.magnitude > 8 && magnitude > 1.2e-38 && magnitude < 3.4e38)
      || significand == 0 || (exponent == 0 && significand < 1 << 53)
    guard isDecided else { return nil }
    let sign: UInt32 = isNegative ? 0x8000_0000 : 0
    return Float(bitPattern: Float(magnitude).bitPattern | sign)
  }

  /// The number at `position`, which moves past it or, where there is none, somewhere in the text.
  @inline(never)
  private func careful(
    _ position: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> Float? {
    let start = position
    var p = position
    defer { position = p }
    guard p < end else { return nil }
    let isNegative = p.pointee == UInt8(ascii: "-")
    if isNegative || p.pointee == UInt8(ascii: "+") { p += 1 }

    // Leading zeros are no significant digits; `digits` counts only those.
    var significand: UInt64 = 0
    let integerStart = p
    while p < end, p.pointee == UInt8(ascii: "0") { p += 1 }
    var digits = Self.significantDigits(&p, end: end, into: &significand)
    var hasDigits = p > integerStart
    var exponent = 0
    if p < end, p.pointee == UInt8(ascii: ".") {
      p += 1
      let fractionStart = p
      if digits == 0 {
        while p < end, p.pointee == UInt8(ascii: "0") { p += 1 }
      }
      digits += Self.significantDigits(&p, end: end, into: &significand)
      exponent = fractionStart - p
      hasDigits = hasDigits || p > fractionStart
    }
    guard hasDigits else { return nil }
    if p < end, p.pointee | 0x20 == UInt8(ascii: "e") {
      guard let stated = Self.exponent(&p, end: end) else { return nil }
      exponent += stated
    }
    if digits == 0 { return isNegative ? -0.0 : 0 }
    if digits <= 19, let number = number(significand, exponent, isNegative: isNegative) {
      return number
    }
    return Self.slow(start, p)
  }

  /// Appends the digits at `p`, which moves past them, to a number that is right up to 19; returns how many.
  private static func significantDigits(
    _ p: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, into value: inout UInt64
  ) -> Int {
    let start = p
    while p < end, p.pointee &- 0x30 < 10 {
      value = value &* 10 &+ UInt64(p.pointee &- 0x30)
      p += 1
    }
    return p - start
  }

  /// The standard library's conversion of text whose grammar has been checked.
  private static func slow(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Float? {
    Float(String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self))
  }
}
