/// Reads decimal numbers as `Float`, correctly rounded, without a call per number.
///
/// The grammar is `[+-] digits [. digits] [e [+-] digits]` with at least one digit in the
/// significand, before or after the point. No hexadecimal, no "nan", no "inf", no locale.
///
/// The fast path computes the number in `Double` as (up to 19 digits) × 10^k with at most three
/// roundings, so within 3 units in `Double`'s last place of the true value. Rounding that to `Float`
/// is correct unless it lies that close to the midpoint of two neighbouring `Float`s. Those few,
/// subnormal and huge numbers, and longer significands are left to the standard library.
///
/// Sendable, as nothing changes the table of powers once it is made.
struct DecimalParser: @unchecked Sendable {
  /// Powers of ten from 10^-64 to 10^64, correctly rounded; made once and kept. A pointer, as an
  /// array would be retained and released for every number.
  nonisolated(unsafe) private static let table: UnsafePointer<Double> = {
    let table = UnsafeMutablePointer<Double>.allocate(capacity: 129)
    for exponent in -64...64 {
      (table + exponent + 64).initialize(to: Double("1e\(exponent)") ?? .nan)
    }
    return UnsafePointer(table)
  }()
  private let powers = Self.table

  /// The number a whole text is; `nil` if it is none. Too large a number is infinite.
  func parse(_ text: UnsafeBufferPointer<UInt8>) -> Float? {
    guard let base = text.baseAddress else { return nil }
    var position = base
    let end = base + text.count
    guard let number = parsePrefix(&position, end: end), position == end else { return nil }
    return number
  }

  /// The number at `position`, which moves past it; `nil` if there is none there, in which case
  /// `position` is left somewhere in the text.
  @inline(__always)
  func parsePrefix(
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
    let significantStart = p
    Self.digits(&p, end: end, into: &significand)
    var digits = p - significantStart
    var hasDigits = p > integerStart
    var exponent = 0
    if p < end, p.pointee == UInt8(ascii: ".") {
      p += 1
      let fractionStart = p
      if digits == 0 {
        while p < end, p.pointee == UInt8(ascii: "0") { p += 1 }
      }
      let significantStart = p
      Self.digits(&p, end: end, into: &significand)
      digits += p - significantStart
      exponent = fractionStart - p
      hasDigits = hasDigits || p > fractionStart
    }
    guard hasDigits else { return nil }
    if p < end, p.pointee | 0x20 == UInt8(ascii: "e") {
      p += 1
      guard p < end else { return nil }
      let isNegative = p.pointee == UInt8(ascii: "-")
      if isNegative || p.pointee == UInt8(ascii: "+") { p += 1 }
      let exponentStart = p
      var value = 0
      while p < end, p.pointee &- 0x30 < 10 {
        // Far beyond both ranges, and far from overflow.
        value = min(value * 10 + Int(p.pointee &- 0x30), 100_000)
        p += 1
      }
      guard p > exponentStart else { return nil }
      exponent += isNegative ? -value : value
    }

    if digits == 0 { return isNegative ? -0.0 : 0 }
    if digits <= 19, exponent >= -64, exponent <= 64 {
      let magnitude = Double(significand) * powers[exponent + 64]
      let toMidpoint = Int(magnitude.bitPattern & 0x1FFF_FFFF) - 0x1000_0000
      // A margin on both sides of what a Float holds to full precision.
      if toMidpoint.magnitude > 8, magnitude > 1.2e-38, magnitude < 3.4e38 {
        return Float(isNegative ? -magnitude : magnitude)
      }
    }
    return Self.slow(start, p)
  }

  /// Accumulates the digits at `p`, eight at a time where there are as many.
  @inline(__always)
  private static func digits(
    _ p: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, into value: inout UInt64
  ) {
    while end - p >= 8 {
      let word = UInt64(
        littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
      // All eight bytes are digits if each high nibble is 3 and stays so when 6 is added.
      guard
        (word & 0xF0F0_F0F0_F0F0_F0F0)
          | (((word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) >> 4)
          == 0x3333_3333_3333_3333
      else { break }
      // Pairs, then quadruples, then all eight, each in its own lane of the word.
      var lanes = word &- 0x3030_3030_3030_3030
      lanes = (lanes &* 10) &+ (lanes >> 8)
      lanes =
        (((lanes & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064)
          &+ (((lanes >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001)) >> 32
      value = value &* 100_000_000 &+ (lanes & 0xFFFF_FFFF)
      p += 8
    }
    while p < end, p.pointee &- 0x30 < 10 {
      value = value &* 10 &+ UInt64(p.pointee &- 0x30)
      p += 1
    }
  }

  /// The standard library's conversion of text whose grammar has been checked.
  @inline(never)
  private static func slow(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Float? {
    Float(String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self))
  }
}
