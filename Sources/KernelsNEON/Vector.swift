import CVector

/// The vector that one register of this instruction set holds.
typealias V = SIMD4<Float>
typealias VI = SIMD4<Int32>
typealias VU = SIMD4<UInt32>

/// Rows and vectors of a product's register tile: tileRows × tileVectors accumulators, a row of the right operand and
/// one broadcast element have to fit the 32 registers.
@inline(__always) var tileRows: Int { 8 }
@inline(__always) var tileVectors: Int { 3 }

/// Rows of a product's left operand, 256 steps deep, that stay in the second-level cache.
@inline(__always) var cachedRows: Int { 256 }

/// Steps that a tile's loop takes in one round.
@inline(__always) var stepsAtOnce: Int { 1 }

/// Whether a product copies its operands where the right one has so many columns that a chain of it exceeds the
/// second-level cache.
@inline(__always) var packsOperands: Bool { false }
@inline(__always) var packedColumns: Int { 512 }

/// Whether a weight gradient copies its part of the input, lest rows that lie far apart be read by every panel.
@inline(__always) var copiesRows: Bool { false }

/// √v, lane by lane.
@inline(__always) func squareRoot(_ v: V) -> V { descent_square_root_4(v) }

/// c + a·b, with one rounding.
@inline(__always) func multiplyAdd(_ c: V, _ a: V, _ b: V) -> V { c.addingProduct(a, b) }
