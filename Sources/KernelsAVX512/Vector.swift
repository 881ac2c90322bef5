import CVector

/// The vector that one register of this instruction set holds.
typealias V = SIMD16<Float>
typealias VI = SIMD16<Int32>
typealias VU = SIMD16<UInt32>

/// Rows and vectors of a product's register tile: tileRows × tileVectors accumulators, a row of the right operand and
/// one broadcast element have to fit the 32 registers.
///
/// 512 rows through 2048 × 2048 run at 96 % of the peak, where 8 × 2 reached 93 % and 14 × 2 was slower still (Zen 5,
/// measured): the wider tile reads less of the right operand for the same work.
@inline(__always) var tileRows: Int { 8 }
@inline(__always) var tileVectors: Int { 3 }

/// Rows of a convolution's tile that is two vectors wide; one of one vector has twice as many.
@inline(__always) var convolutionRows: Int { 14 }

/// Rows of a product's left operand, 256 steps deep, that stay in the second-level cache.
@inline(__always) var cachedRows: Int { 512 }

/// Steps that a tile's loop takes in one round.
@inline(__always) var stepsAtOnce: Int { 1 }

/// Whether the input's part in a weight gradient, which every panel reads again, is copied to lie close together.
/// With 512 rows a weight gradient gains a sixth to 45 % on Emerald Rapids, whose third-level cache is slow; few rows lose nothing.
@inline(__always) var copiesInput: Bool { true }

/// Whether both operands of a large product are copied in the order in which tiles read them.
/// No gain with 2048 columns and 8 % slower with 1024 (Emerald Rapids).
@inline(__always) var packsProducts: Bool { false }

/// √v, lane by lane.
@inline(__always) func squareRoot(_ v: V) -> V { descent_square_root_16(v) }

/// A vector of words from any address.
@inline(__always) func loadWords(_ words: UnsafePointer<UInt32>) -> VU { descent_words_16(words) }

/// c + a·b, with one rounding.
@inline(__always) func multiplyAdd(_ c: V, _ a: V, _ b: V) -> V { c.addingProduct(a, b) }

@inline(__always) func sum(_ v: SIMD8<Float>) -> Float { sum(v.lowHalf + v.highHalf) }

@inline(__always) func largest(_ v: SIMD8<Float>) -> Float {
  largest(v.lowHalf.replacing(with: v.highHalf, where: v.highHalf .> v.lowHalf))
}

@inline(__always) func sum(_ v: SIMD16<Float>) -> Float { sum(v.lowHalf + v.highHalf) }

@inline(__always) func largest(_ v: SIMD16<Float>) -> Float {
  largest(v.lowHalf.replacing(with: v.highHalf, where: v.highHalf .> v.lowHalf))
}
