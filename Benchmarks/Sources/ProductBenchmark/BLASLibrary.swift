import ArgumentParser
import Descent
import Foundation

/// Another library's single-precision matrix product: what BLAS calls `sgemm`.
struct BLASLibrary {
  /// Integers are passed as words: of 32 bits or 64, whichever the library takes, it finds them in its registers.
  private typealias Product =
    @convention(c) (
      Int, Int, Int, Int, Int, Int, Float, UnsafePointer<Float>, Int, UnsafePointer<Float>, Int,
      Float,
      UnsafeMutablePointer<Float>, Int
    ) -> Void

  let name: String
  private let product: Product

  /// - Parameter argument: `NAME=PATH` of a shared library.
  init(argument: String) throws {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw ValidationError("\(argument) is not NAME=PATH") }
    name = parts[0]
    guard let library = dlopen(parts[1], RTLD_NOW | RTLD_LOCAL) else {
      throw ValidationError(dlerror().map { String(cString: $0) } ?? "\(parts[1]) cannot be loaded")
    }
    // Python's packages of OpenBLAS have names of their own.
    let names = ["cblas_sgemm", "cblas_sgemm64_", "scipy_cblas_sgemm64_", "scipy_cblas_sgemm"]
    guard let symbol = names.lazy.compactMap({ dlsym(library, $0) }).first else {
      throw ValidationError("\(parts[1]) has no cblas_sgemm")
    }
    product = unsafeBitCast(symbol, to: Product.self)
  }

  /// c = a·b, or aᵀ·b.
  func multiply(_ a: Matrix, transposed: Bool = false, _ b: Matrix, into c: Matrix) {
    let (rowMajor, asItIs, transpose) = (101, 111, 112)
    product(
      rowMajor, transposed ? transpose : asItIs, asItIs, c.rows, c.columns, b.rows, 1, a.base,
      a.stride, b.base, b.stride, 0, c.base, c.stride)
  }
}
