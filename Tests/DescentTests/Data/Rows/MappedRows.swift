import Descent
import Foundation
import Kernels

// begin:provider
/// Rows of single precision that lie in a file one after the other, as behind the header of a NumPy file of type `<f4`.
///
/// The file is mapped: the system reads a page when a row of it is wanted, and drops it when memory is short.
final class MappedRows: RowProvider {
  let count: Int
  let shape: [Int]
  let storage = RowStorage.floats
  private let file: Data
  private let offset: Int
  private let width: Int

  /// - Parameter offset: where the first row begins, in bytes: a multiple of four.
  init(contentsOf url: URL, offset: Int, shape: [Int]) throws {
    file = try Data(contentsOf: url, options: .alwaysMapped)
    self.offset = offset
    self.shape = shape
    width = shape.reduce(1, *)
    count = (file.count - offset) / (width * MemoryLayout<Float>.stride)
  }

  /// What the rows are, called with where the first of them begins.
  private func withRows(_ body: (UnsafePointer<Float>) -> Void) {
    file.withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress else { return }
      body((first + offset).assumingMemoryBound(to: Float.self))
    }
  }

  func gather(
    _ indices: UnsafePointer<UInt32>, upcoming: Int, into batch: Matrix, kernels: KernelSet
  ) {
    withRows { kernels.gather($0, indices: indices, upcoming: upcoming, into: batch) }
  }

  func withFloats(of rows: Range<Int>, _ body: (Matrix) -> Void) -> Bool {
    withRows { first in
      body(
        Matrix(
          base: UnsafeMutablePointer(mutating: first) + rows.lowerBound * width,
          rows: rows.count, columns: width, stride: width))
    }
    return true
  }
}
// end:provider
