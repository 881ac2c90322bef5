/// `rounds` × 12 independent multiply-adds between registers, as many chains as hide their latency: the
/// arithmetic peak to compare kernels with. Returns a number that depends on all of them.
public func multiplyAddChains(rounds: Int) -> Float {
  let factor = V(repeating: 0.999_999)
  let term = V(repeating: 1e-6)
  return sum(chains(rounds: rounds) { multiplyAdd(term, $0, factor) })
}
