import CVector

/// The vector that one register of this instruction set holds.
typealias V = SIMD4<Float>
typealias VI = SIMD4<Int32>
typealias VU = SIMD4<UInt32>

/// Rows and vectors of a product's register tile: tileRows × tileVectors accumulators, a row of the right operand and
/// one broadcast element have to fit the 32 registers.
@inline(__always) var tileRows: Int { 8 }
@inline(__always) var tileVectors: Int { 3 }

/// Rows of a convolution's tile that is two vectors wide; one of one vector has twice as many.
@inline(__always) var convolutionRows: Int { 14 }

/// Rows and vectors of the tile of pairs, of which each takes two registers apart from the sums.
@inline(__always) var pairTileRows: Int { 8 }
@inline(__always) var pairTileVectors: Int { 2 }

/// Rows of a product's left operand, 256 steps deep, that stay in the second-level cache.
@inline(__always) var cachedRows: Int { 256 }

/// Steps that a tile's loop takes in one round.
@inline(__always) var stepsAtOnce: Int { 1 }

/// Whether the input's part in a weight gradient, which every panel reads again, is copied to lie close together.
@inline(__always) var copiesInput: Bool { false }

/// Whether both operands of a large product are copied in the order in which tiles read them.
@inline(__always) var packsProducts: Bool { false }

/// √v, lane by lane.
@inline(__always) func squareRoot(_ v: V) -> V { descent_square_root_4(v) }

/// A vector of words from any address.
@inline(__always) func loadWords(_ words: UnsafePointer<UInt32>) -> VU { descent_words_4(words) }

/// c + a·b, with one rounding.
@inline(__always) func multiplyAdd(_ c: V, _ a: V, _ b: V) -> V { c.addingProduct(a, b) }
