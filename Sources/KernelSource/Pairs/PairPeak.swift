/// `rounds` × 12 independent steps of pairs between registers: the arithmetic peak of products of bfloat16 numbers. Returns a
/// number that depends on all of them.
public func pairChains(rounds: Int) -> Float {
  let factor = pairFactor(VU(repeating: 0x3f7f_3f7f))
  // Below 1, and alternating, so that the sums stay small.
  let term = pairFactor(VU(repeating: 0xbc00_3c00))
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
    c0 = addProducts(c0, factor, term)
    c1 = addProducts(c1, factor, term)
    c2 = addProducts(c2, factor, term)
    c3 = addProducts(c3, factor, term)
    c4 = addProducts(c4, factor, term)
    c5 = addProducts(c5, factor, term)
    c6 = addProducts(c6, factor, term)
    c7 = addProducts(c7, factor, term)
    c8 = addProducts(c8, factor, term)
    c9 = addProducts(c9, factor, term)
    c10 = addProducts(c10, factor, term)
    c11 = addProducts(c11, factor, term)
  }
  let total = ((c0 + c1) + (c2 + c3)) + ((c4 + c5) + (c6 + c7)) + ((c8 + c9) + (c10 + c11))
  var result: Float = 0
  for lane in 0..<V.scalarCount { result += total[lane] }
  return result
}
