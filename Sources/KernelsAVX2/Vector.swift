/// The vector that one register of this instruction set holds.
typealias V = SIMD8<Float>
typealias VI = SIMD8<Int32>
typealias VU = SIMD8<UInt32>
