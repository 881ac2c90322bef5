import CProcessor

/// CRC-32C (Castagnoli, RFC 3720), by the processor's instruction where it has one.
public struct CRC32C: Sendable {
  private var register: UInt32 = ~0
  private static let hasInstruction = descent_has_crc32c()

  public init() {}

  /// The checksum of everything added so far.
  public var value: UInt32 { ~register }

  /// Adds bytes.
  ///
  /// The instruction takes three cycles, but one can begin in each: three stretches are summed side by side, and their
  /// sums put together as though they had been summed in turn.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard Self.hasInstruction else {
      for byte in bytes {
        register = Self.table[Int((register ^ UInt32(byte)) & 0xff)] ^ (register >> 8)
      }
      return
    }
    var offset = 0
    while bytes.count - offset >= 3 * Self.stretch {
      var (first, second, third) = (UInt64(register), UInt64(0), UInt64(0))
      for place in stride(from: offset, to: offset + Self.stretch, by: 8) {
        first = descent_crc32c_u64(
          first, bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        second = descent_crc32c_u64(
          second, bytes.loadUnaligned(fromByteOffset: place + Self.stretch, as: UInt64.self))
        third = descent_crc32c_u64(
          third, bytes.loadUnaligned(fromByteOffset: place + 2 * Self.stretch, as: UInt64.self))
      }
      register =
        Self.pastStretch(
          Self.pastStretch(UInt32(truncatingIfNeeded: first)) ^ UInt32(truncatingIfNeeded: second))
        ^ UInt32(truncatingIfNeeded: third)
      offset += 3 * Self.stretch
    }
    var crc = UInt64(register)
    while offset + 8 <= bytes.count {
      crc = descent_crc32c_u64(crc, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    register = UInt32(truncatingIfNeeded: crc)
    while offset < bytes.count {
      register = descent_crc32c_u8(register, bytes[offset])
      offset += 1
    }
  }

  /// Bytes of each of the three stretches.
  private static let stretch = 4096

  /// The register after a stretch of zeros, which is a sum over its bits.
  private static func pastStretch(_ register: UInt32) -> UInt32 {
    zeros.withUnsafeBufferPointer {
      $0[Int(register & 0xff)] ^ $0[256 + Int(register >> 8 & 0xff)]
        ^ $0[512 + Int(register >> 16 & 0xff)] ^ $0[768 + Int(register >> 24)]
    }
  }

  /// `pastStretch` for every value of each of the four bytes.
  private static let zeros: [UInt32] = {
    let bits = (0..<32).map { bit in
      (0..<stretch).reduce(1 << UInt32(bit)) { register, _ in
        table[Int(register & 0xff)] ^ (register >> 8)
      }
    }
    return (0..<1024).map { index in
      let (byte, value) = (index / 256, index % 256)
      return (0..<8).reduce(0) { sum, bit in
        value >> bit & 1 == 1 ? sum ^ bits[8 * byte + bit] : sum
      }
    }
  }()

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? 0x82f6_3b78 ^ (value >> 1) : value >> 1
    }
  }
}
