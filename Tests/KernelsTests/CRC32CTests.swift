import Kernels
import Testing

/// The checksum against its definition, a bit at a time.
@Suite struct CRC32CTests {
  private func reference(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var register = ~UInt32(0)
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register >> 1 ^ (register & 1 == 1 ? 0x82f6_3b78 : 0) }
    }
    return ~register
  }

  private func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc = CRC32C()
    bytes.withUnsafeBytes { crc.update($0) }
    return crc.value
  }

  /// RFC 3720, B.4.
  @Test func publishedValues() {
    #expect(checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(checksum([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
    #expect(checksum((0..<32).map { UInt8($0) }) == 0x46dd_794e)
    #expect(checksum(Array("123456789".utf8)) == 0xe306_9283)
  }

  /// Around the lengths from which on stretches are summed side by side.
  @Test(arguments: [
    0, 1, 7, 8, 9, 4095, 4096, 4097, 12_287, 12_288, 12_289, 12_296, 24_575, 24_576, 24_583,
    100_003,
  ])
  func isItsDefinition(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    #expect(checksum(bytes) == reference(bytes))
  }

  /// In parts of any length it is what it is of the whole.
  @Test(arguments: [1, 13, 4096, 12_288, 12_300, 40_000]) func addsUp(part: Int) {
    let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: ($0 &* 40_503) >> 5) }
    var crc = CRC32C()
    for start in stride(from: 0, to: bytes.count, by: part) {
      Array(bytes[start..<min(bytes.count, start + part)]).withUnsafeBytes { crc.update($0) }
    }
    #expect(crc.value == checksum(bytes))
  }
}
