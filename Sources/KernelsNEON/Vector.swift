/// The vector that one register of this instruction set holds.
typealias V = SIMD4<Float>
typealias VI = SIMD4<Int32>
typealias VU = SIMD4<UInt32>
