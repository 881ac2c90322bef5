/// The vector that one register of this instruction set holds.
typealias V = SIMD16<Float>
typealias VI = SIMD16<Int32>
typealias VU = SIMD16<UInt32>
