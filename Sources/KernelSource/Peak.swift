/// `rounds` × 12 independent multiply-adds between registers, as many chains as hide their latency: the
/// arithmetic peak to compare kernels with. Returns a number that depends on all of them.
public func multiplyAddChains(rounds: Int) -> Float {
  let factor = V(repeating: 0.999_999)
  let term = V(repeating: 1e-6)
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
    c0 = multiplyAdd(term, c0, factor)
    c1 = multiplyAdd(term, c1, factor)
    c2 = multiplyAdd(term, c2, factor)
    c3 = multiplyAdd(term, c3, factor)
    c4 = multiplyAdd(term, c4, factor)
    c5 = multiplyAdd(term, c5, factor)
    c6 = multiplyAdd(term, c6, factor)
    c7 = multiplyAdd(term, c7, factor)
    c8 = multiplyAdd(term, c8, factor)
    c9 = multiplyAdd(term, c9, factor)
    c10 = multiplyAdd(term, c10, factor)
    c11 = multiplyAdd(term, c11, factor)
  }
  return sum(((c0 + c1) + (c2 + c3)) + ((c4 + c5) + (c6 + c7)) + ((c8 + c9) + (c10 + c11)))
}
