/// `rounds` × 12 independent steps of pairs between registers: the arithmetic peak of products of bfloat16 numbers. Returns a
/// number that depends on all of them.
public func pairChains(rounds: Int) -> Float {
  let factor = pairFactor(VU(repeating: 0x3f7f_3f7f))
  // Below 1, and alternating, so that the sums stay small.
  let term = pairFactor(VU(repeating: 0xbc00_3c00))
  let total = chains(rounds: rounds) { addProducts($0, factor, term) }
  var result: Float = 0
  for lane in 0..<V.scalarCount { result += total[lane] }
  return result
}

/// Twelve chains of steps, each of which waits for the one before it alone.
@inline(__always) func chains(rounds: Int, _ step: (V) -> V) -> V {
  var c0 = V(repeating: 0)
  var c1 = V(repeating: 1)
  var c2 = V(repeating: 2)
  var c3 = V(repeating: 3)
  var c4 = V(repeating: 4)
  var c5 = V(repeating: 5)
  var c6 = V(repeating: 6)
  var c7 = V(repeating: 7)
  var c8 = V(repeating: 8)
  var c9 = V(repeating: 9)
  var c10 = V(repeating: 10)
  var c11 = V(repeating: 11)
  for _ in 0..<rounds {
    (c0, c1, c2, c3) = (step(c0), step(c1), step(c2), step(c3))
    (c4, c5, c6, c7) = (step(c4), step(c5), step(c6), step(c7))
    (c8, c9, c10, c11) = (step(c8), step(c9), step(c10), step(c11))
  }
  return ((c0 + c1) + (c2 + c3)) + ((c4 + c5) + (c6 + c7)) + ((c8 + c9) + (c10 + c11))
}
