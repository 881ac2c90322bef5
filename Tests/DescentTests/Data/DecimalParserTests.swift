import Foundation
import Testing

@testable import Descent

@Suite struct DecimalParserTests {
  private func parse(_ text: String) -> Float? {
    Array(text.utf8).withUnsafeBufferPointer(DecimalParser().parse)
  }

  @Test(arguments: [
    "0", "-0", "1", "-1", "+1", "1.", ".5", "-.5e1", "007", "3.14159", "1e5", "1E+5", "1e-5",
    "0.1", "0.3333333333333333", "123456789012345678", "1234567890123456789012345678901234567890",
    "0.00000000000000000000000000000000000012345", "1e38", "3.4028234663852886e38",
    "1.1754943508222875e-38", "1e-45", "1.4e-45", "1e-46", "1e-400", "0e999999999",
    // Halfway between two floats, and next to it on either side: ties go to even.
    "16777217", "16777217.0000000000000001", "16777216.9999999999999999", "16777219",
    "1.00000005960464477539062", "1.000000059604644775390625", "1.00000005960464477539063",
    "3.4028235677973366e38", "8388609.5", "8388608.5",
  ])
  func roundsAsTheCLibraryDoes(text: String) throws {
    let number = try #require(parse(text))
    #expect(number.bitPattern == strtof(text, nil).bitPattern, "\(text) gave \(number)")
  }

  @Test(arguments: [
    "", "-", "+", ".", "e5", "-.", "1e", "1e+", "1.2.3", "1,5", "12a", "0x10", "nan", "inf",
    "infinity", "1 ", " 1", "1_000", "--1", "½", "1e5.0",
  ])
  func refusesWhatIsNoDecimal(text: String) {
    #expect(parse(text) == nil)
  }

  @Test func makesHugeNumbersInfinite() {
    #expect(parse("1e39") == .infinity)
    #expect(parse("-1e999999999999") == -.infinity)
    #expect(parse("3.4028236e38") == .infinity)
  }

  /// Random numbers of all lengths and sizes, each compared with the C library's conversion.
  @Test func agreesWithTheCLibraryOnManyNumbers() {
    let random = CounterRandom(seed: 5, purpose: .noise)
    let parser = DecimalParser()
    var differing: [String] = []
    for index in 0..<40_000 {
      let element = UInt64(index) * 4
      let bits = random.bits(element)
      var digits = String(random.bits(element + 1))
      if bits & 1 == 1 { digits += String(random.bits(element + 2)) }
      digits = String(digits.prefix(1 + Int(bits >> 8 & 31)))
      let point = Int(bits >> 16) & 31
      if point < digits.count {
        digits.insert(".", at: digits.index(digits.startIndex, offsetBy: point))
      }
      var text = (bits & 2 == 2 ? "-" : "") + digits
      if bits & 4 == 4 { text += "e\(Int(bits >> 32 & 127) - 70)" }
      let number = Array(text.utf8).withUnsafeBufferPointer(parser.parse)
      if number?.bitPattern != strtof(text, nil).bitPattern { differing.append(text) }
    }
    #expect(differing.isEmpty)
  }

  /// Decimal expansions of random midpoints between floats, cut to 17 digits: the hardest cases.
  @Test func roundsNearMidpoints() {
    let random = CounterRandom(seed: 6, purpose: .noise)
    let parser = DecimalParser()
    var differing: [String] = []
    for index in UInt64(0)..<20_000 {
      let exponent = UInt64(1023 - 120) + random.bits(2 * index) % 240
      let significand = random.bits(2 * index + 1) & 0xF_FFFF_E000_0000 | 0x1000_0000
      let midpoint = Double(bitPattern: exponent << 52 | significand)
      for digits in [16, 17, 18, 19] {
        let text = String(format: "%.\(digits - 1)e", midpoint)
        let number = Array(text.utf8).withUnsafeBufferPointer(parser.parse)
        if number?.bitPattern != strtof(text, nil).bitPattern { differing.append(text) }
      }
    }
    #expect(differing.isEmpty)
  }
}
