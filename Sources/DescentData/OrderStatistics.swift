/// Which of many numbers would be where if they were sorted, in time that grows with their number alone, whatever
/// they are.
enum OrderStatistics {
  /// The middle one; of an even number, the mean of the two in the middle.
  ///
  /// - Precondition: there are values, and none is NaN.
  static func median(of values: [Float]) -> Float {
    precondition(!values.isEmpty, "no values to take the median of")
    let middle = values.count / 2
    let upper = element(ranked: middle, of: values)
    guard values.count % 2 == 0 else { return upper }
    return Float((Double(element(ranked: middle - 1, of: values)) + Double(upper)) / 2)
  }

  /// The one that `rank` others would stand before, -0 before 0.
  ///
  /// Radix selection: the eight highest bits of it are those under which the rank falls when all are counted by theirs,
  /// the next eight when those are counted that begin with these, and so on.
  ///
  /// - Precondition: `rank` is below their number, and none is NaN.
  static func element(ranked rank: Int, of values: [Float]) -> Float {
    var rank = rank
    var (found, mask): (UInt32, UInt32) = (0, 0)
    for shift: UInt32 in [24, 16, 8, 0] {
      var counts = [Int](repeating: 0, count: 256)
      for value in values {
        let key = key(value)
        if key & mask == found { counts[Int(key >> shift & 255)] += 1 }
      }
      var digit = 0
      while rank >= counts[digit] {
        rank -= counts[digit]
        digit += 1
      }
      found |= UInt32(digit) << shift
      mask |= 255 << shift
    }
    return Float(bitPattern: found & signBit == 0 ? ~found : found ^ signBit)
  }

  /// Bits that are in the order of the numbers: negative ones turned round, and below the others.
  private static func key(_ value: Float) -> UInt32 {
    let bits = value.bitPattern
    return bits & signBit == 0 ? bits | signBit : ~bits
  }

  private static let signBit: UInt32 = 1 << 31
}
