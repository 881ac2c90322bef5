import CVector

/// Pairs of bfloat16 numbers by the instructions for them (AVX512_BF16).

typealias PairFactor = VU

@_transparent func pairFactor(_ words: VU) -> PairFactor { words }

/// (c + a₁·b₁) + a₀·b₀, with the later numbers of the pairs first.
@_transparent func addProducts(_ c: V, _ a: PairFactor, _ b: PairFactor) -> V {
  descent_add_products(c, a, b)
}

/// Words of the lanes of two rows: the earlier one in the lower halves.
@inline(__always) func pairs(_ earlier: V, _ later: V) -> VU { descent_pairs(earlier, later) }

/// Words of numbers that follow one another, in the lanes of the first vector and then of the second.
@inline(__always) func neighbours(_ first: V, _ second: V) -> VU {
  descent_neighbours(first, second)
}
