#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512
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

  // The list's type is that of every set's list, and written nowhere: a kernel's signature is its function's.
  #if arch(x86_64)
    var kernels = KernelsBaseline.kernels

    static let avx512 = KernelTable(kernels: KernelsAVX512.kernels)
    static let avx2 = KernelTable(kernels: KernelsAVX2.kernels)
    static let baseline = KernelTable(kernels: KernelsBaseline.kernels)
  #else
    var kernels = KernelsNEON.kernels

    static let neon = KernelTable(kernels: KernelsNEON.kernels)
  #endif
}
