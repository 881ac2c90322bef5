import CVector

/// The vector that one register of this instruction set holds.
typealias V = SIMD16<Float>
typealias VI = SIMD16<Int32>
typealias VU = SIMD16<UInt32>

/// Rows of a register tile: tileRows × 2 accumulators, two vectors of the right operand and one
/// broadcast element have to fit the register file.
///
/// 14 rows would fit, and reach the peak of a processor with one 512-bit multiply-add per cycle. On one with
/// two (Zen 5) 9 to 14 rows all take 16 cycles a step (measured), where 8 take 8: 242 GFLOP/s against 226.
@inline(__always) var tileRows: Int { 8 }

/// √v, lane by lane.
@inline(__always) func squareRoot(_ v: V) -> V { descent_square_root_16(v) }

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
