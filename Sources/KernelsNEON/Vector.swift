import CVector

/// The vector that one register of this instruction set holds.
typealias V = SIMD4<Float>
typealias VI = SIMD4<Int32>
typealias VU = SIMD4<UInt32>

/// Rows of a register tile: tileRows × 2 accumulators, two vectors of the right operand and one
/// broadcast element have to fit the register file.
@inline(__always) var tileRows: Int { 14 }

/// √v, lane by lane.
@inline(__always) func squareRoot(_ v: V) -> V { descent_square_root_4(v) }

/// c + a·b, with one rounding.
@inline(__always) func multiplyAdd(_ c: V, _ a: V, _ b: V) -> V { c.addingProduct(a, b) }
