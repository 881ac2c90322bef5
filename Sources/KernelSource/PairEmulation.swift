/// What pairs of bfloat16 numbers are to a set without instructions for them: to the bits of those that have them.
///
/// A product of two such numbers is exact in single precision, so that a sum with it rounds once, with or without a fused
/// multiplication. Numbers below the normal range count as zero, as they do in a training step.

/// A word's halves as numbers: the later of the pair and the earlier one.
typealias PairFactor = (V, V)

@_transparent func pairFactor(_ words: VU) -> PairFactor {
  (
    unsafeBitCast(words & 0xffff_0000, to: V.self), unsafeBitCast(words &<< 16, to: V.self)
  )
}

/// (c + a₁·b₁) + a₀·b₀, with the later numbers of the pairs first.
@_transparent func addProducts(_ c: V, _ a: PairFactor, _ b: PairFactor) -> V {
  multiplyAdd(multiplyAdd(c, a.0, b.0), a.1, b.1)
}

/// Numbers rounded to the nearest bfloat16, to even ones in the middle, in the upper halves of words.
///
/// Masks are made of the signs of differences: comparisons of unsigned vectors compile to a loop over their lanes.
@inline(__always) func roundedUp(_ v: V) -> VU {
  let bits = unsafeBitCast(v, to: VU.self)
  let magnitude = unsafeBitCast(bits & 0x7fff_ffff, to: VI.self)
  let isNumber = unsafeBitCast((magnitude &- 0x7f80_0001) &>> 31, to: VU.self)
  let isSubnormal = unsafeBitCast((magnitude &- 0x0080_0000) &>> 31, to: VU.self)
  let isOdd = (bits &>> 16) & 1
  let rounded = (bits &+ 0x7fff &+ isOdd) & 0xffff_0000
  // Of a subnormal number the sign stays, and what is no number stays none.
  let number = rounded & (~isSubnormal | 0x8000_0000)
  let noNumber = (bits | 0x0040_0000) & 0xffff_0000
  return (number & isNumber) | (noNumber & ~isNumber)
}

/// Words of the lanes of two rows: the earlier one in the lower halves.
@inline(__always) func pairs(_ earlier: V, _ later: V) -> VU {
  (roundedUp(earlier) &>> 16) | roundedUp(later)
}

/// Words of numbers that follow one another, in the lanes of the first vector and then of the second.
@inline(__always) func neighbours(_ first: V, _ second: V) -> VU {
  let (low, high) = (roundedUp(first), roundedUp(second))
  let even = joined(low.evenHalf, high.evenHalf)
  let odd = joined(low.oddHalf, high.oddHalf)
  return (even &>> 16) | odd
}

@inline(__always) func joined(_ low: SIMD2<UInt32>, _ high: SIMD2<UInt32>) -> SIMD4<UInt32> {
  SIMD4(lowHalf: low, highHalf: high)
}

@inline(__always) func joined(_ low: SIMD4<UInt32>, _ high: SIMD4<UInt32>) -> SIMD8<UInt32> {
  SIMD8(lowHalf: low, highHalf: high)
}

@inline(__always) func joined(_ low: SIMD8<UInt32>, _ high: SIMD8<UInt32>) -> SIMD16<UInt32> {
  SIMD16(lowHalf: low, highHalf: high)
}
