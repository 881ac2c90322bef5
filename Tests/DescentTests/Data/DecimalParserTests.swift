import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData

@Suite struct DecimalParserTests {
  private func parse(_ text: String) -> Float? {
    Array(text.utf8).withUnsafeBufferPointer(DecimalParser().parse)
  }

  /// The number before a comma in a longer text, which is read by the word; `nil` if it does not end there.
  private func parseCell(_ text: String, _ parser: DecimalParser = DecimalParser()) -> Float? {
    Array((text + "," + String(repeating: "9", count: 48)).utf8).withUnsafeBufferPointer { bytes in
      guard var position = bytes.baseAddress else { return nil }
      let start = position
      let number = parser.parsePrefix(&position, end: start + bytes.count)
      return position == start + text.utf8.count ? number : nil
    }
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
    // Whole words of digits, and one more or less, on either side of the point.
    "1234567", "12345678", "123456789", "123456789012345", "1234567890123456",
    "12345678901234567", "0.12345678", "0.123456789", "0.1234567890123456", "0.12345678901234567",
    "12345678.12345678", "123456789012345.1234567890123456", "0.000000000123456789012345678",
    "0.0005963578769751052", "9007199254740993", "9999999999999999999", "99999999999999999999",
    "0.99999999999999999999", "1234567.000000000000000000000001", "-0.0", "00000000000000000001.5",
  ])
  func roundsAsTheCLibraryDoes(text: String) throws {
    let bits = strtof(text, nil).bitPattern
    let number = try #require(parse(text))
    #expect(number.bitPattern == bits, "\(text) gave \(number)")
    let cell = try #require(parseCell(text))
    #expect(cell.bitPattern == bits, "\(text) gave \(cell)")
  }

  @Test(arguments: [
    "", "-", "+", ".", "e5", "-.", "1e", "1e+", "1.2.3", "1,5", "12a", "0x10", "nan", "inf",
    "infinity", "1 ", " 1", "1_000", "--1", "½", "1e5.0",
  ])
  func refusesWhatIsNoDecimal(text: String) {
    #expect(parse(text) == nil)
    #expect(parseCell(text) == nil)
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
    for index in 0..<100_000 {
      let element = UInt64(index) * 4
      let bits = random.bits(element)
      var digits = String(repeating: "0", count: bits & 24 == 24 ? Int(bits >> 5 & 7) : 0)
      digits += String(random.bits(element + 1))
      if bits & 1 == 1 { digits += String(random.bits(element + 2)) }
      digits = String(digits.prefix(1 + Int(bits >> 8 & 31)))
      let point = Int(bits >> 16) & 31
      if point < digits.count {
        digits.insert(".", at: digits.index(digits.startIndex, offsetBy: point))
      }
      var text = (bits & 2 == 2 ? "-" : "") + digits
      if bits & 4 == 4 { text += "e\(Int(bits >> 32 & 127) - 70)" }
      if !agrees(text, parser) { differing.append(text) }
    }
    #expect(differing.isEmpty)
  }

  /// What programs write: the shortest digits that are a given `Double` or `Float`, of every size there is.
  @Test func agreesWithTheCLibraryOnWhatProgramsWrite() {
    let random = CounterRandom(seed: 7, purpose: .noise)
    let parser = DecimalParser()
    var differing: [String] = []
    for index in UInt64(0)..<50_000 {
      let bits = random.bits(2 * index)
      let number = Double(Int64(bitPattern: random.bits(2 * index + 1))) * 0x1p-63
      for text in [
        "\(number)", "\(number * 1000)", "\(Float(number))",
        "\(Float(bitPattern: UInt32(bits >> 33)))",
        "\(Double(Float(bitPattern: UInt32(bits >> 33))))", "\(Int32(truncatingIfNeeded: bits))",
        "\(Int64(bitPattern: bits) >> 12)",
      ] where !text.contains("n") {
        if !agrees(text, parser) { differing.append(text) }
      }
    }
    #expect(differing.isEmpty)
  }

  /// Whether both ways of reading give the C library's bits.
  private func agrees(_ text: String, _ parser: DecimalParser) -> Bool {
    let bits = strtof(text, nil).bitPattern
    return Array(text.utf8).withUnsafeBufferPointer(parser.parse)?.bitPattern == bits
      && parseCell(text, parser)?.bitPattern == bits
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
        if !agrees(text, parser) { differing.append(text) }
      }
    }
    #expect(differing.isEmpty)
  }
}
