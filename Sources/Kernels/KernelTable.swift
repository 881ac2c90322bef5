#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512
  import KernelsBFloat16
  import KernelsBaseline
#else
  import KernelsNEON
#endif

/// The kernels of one instruction set, as its target lists them (`Sources/KernelSource/List.swift`).
///
/// Only pointers and scalars cross the border of a kernel target; `KernelSet`'s methods are the typed face.
struct KernelTable: Sendable {
  typealias In = UnsafePointer<Float>
  typealias Out = UnsafeMutablePointer<Float>

  // The lists' types are those of every set's lists, and written nowhere: a kernel's signature is its function's.
  #if arch(x86_64)
    var kernels = KernelsBaseline.kernels
    /// Those of products of bfloat16 numbers.
    var pairs = KernelsBaseline.pairKernels

    static let avx512 = KernelTable(
      kernels: KernelsAVX512.kernels, pairs: KernelsAVX512.pairKernels)
    static let avx2 = KernelTable(kernels: KernelsAVX2.kernels, pairs: KernelsAVX2.pairKernels)
    static let baseline = KernelTable(
      kernels: KernelsBaseline.kernels, pairs: KernelsBaseline.pairKernels)

    /// The same kernels, with instructions for bfloat16.
    var withInstructionsForPairs: KernelTable {
      KernelTable(kernels: kernels, pairs: KernelsBFloat16.pairKernels)
    }
  #else
    var kernels = KernelsNEON.kernels
    var pairs = KernelsNEON.pairKernels

    static let neon = KernelTable(kernels: KernelsNEON.kernels, pairs: KernelsNEON.pairKernels)
  #endif
}
