import CProcessor

/// CRC-32C (Castagnoli, RFC 3720), by the processor's instruction where it has one.
public struct CRC32C: Sendable {
  private var register: UInt32 = ~0
  private static let hasInstruction = descent_has_crc32c()

  public init() {}

  /// The checksum of everything added so far.
  public var value: UInt32 { ~register }

  /// Adds bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    if Self.hasInstruction {
      var crc = UInt64(register)
      var offset = 0
      while offset + 8 <= bytes.count {
        crc = descent_crc32c_u64(crc, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset += 8
      }
      register = UInt32(truncatingIfNeeded: crc)
      while offset < bytes.count {
        register = descent_crc32c_u8(register, bytes[offset])
        offset += 1
      }
    } else {
      for byte in bytes {
        register = Self.table[Int((register ^ UInt32(byte)) & 0xff)] ^ (register >> 8)
      }
    }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? 0x82f6_3b78 ^ (value >> 1) : value >> 1
    }
  }
}
