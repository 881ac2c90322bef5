@testable import Kernels

extension Reference {
  /// The 32 bits by which an element is kept or dropped: SplitMix64's finaliser of the key and the row,
  /// whose halves MurmurHash3's finaliser then mixes with the column.
  static func dropoutHash(key: UInt64, row: Int, column: Int) -> UInt32 {
    var z = key &+ UInt64(row + 1) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    z ^= z >> 31
    let low = UInt32(truncatingIfNeeded: z)
    let high = UInt32(truncatingIfNeeded: z >> 32)
    return finalized(finalized((UInt32(column) &* 0x9e37_79b1) ^ low) ^ high)
  }

  private static func finalized(_ value: UInt32) -> UInt32 {
    var h = value
    h = (h ^ (h >> 16)) &* 0x85eb_ca6b
    h = (h ^ (h >> 13)) &* 0xc2b2_ae35
    return h ^ (h >> 16)
  }
}
