/// A view of row-major floats in memory that somebody else owns: `rows` rows of `columns` elements, `stride`
/// elements from one row to the next.
///
/// Rows are padded to whole vectors of the widest instruction set (`Matrix.padded`), and kernels may read
/// and write the padding; views are cut at multiples of that width. This is the one type through which
/// layers, costs and optimizers meet memory.
public struct Matrix: @unchecked Sendable {
  public let base: UnsafeMutablePointer<Float>
  public let rows: Int
  public let columns: Int
  public let stride: Int

  public init(base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// Floats to which rows are padded: one vector of the widest instruction set, a cache line.
  public static let padding = 16

  /// `columns` rounded up to whole vectors.
  public static func padded(_ columns: Int) -> Int { (columns + padding - 1) / padding * padding }

  /// The row stride for `columns`: padded, and for long rows an odd number of cache lines, because rows that lie
  /// a power of two apart compete for the same few sets of the cache.
  public static func stride(for columns: Int) -> Int {
    let padded = padded(columns)
    return padded >= 256 && padded % (2 * padding) == 0 ? padded + padding : padded
  }

  /// The rows of a range, as a view.
  @inlinable public func rows(_ range: Range<Int>) -> Matrix {
    Matrix(
      base: base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// The columns of a range, as a view; one that is to be written begins at a multiple of the padding.
  @inlinable public func columns(_ range: Range<Int>) -> Matrix {
    Matrix(base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// One row so many times over, to be read only.
  @inlinable public func repeated(_ count: Int) -> Matrix {
    Matrix(base: base, rows: count, columns: columns, stride: 0)
  }

  /// The block of a range of rows and a range of columns.
  @inlinable public func block(_ rowRange: Range<Int>, _ columnRange: Range<Int>) -> Matrix {
    rows(rowRange).columns(columnRange)
  }

  @inlinable public subscript(row: Int, column: Int) -> Float {
    get { base[row * stride + column] }
    nonmutating set { base[row * stride + column] = newValue }
  }

  /// Makes all elements zero, and the padding of their rows.
  public func clear() {
    for row in 0..<rows {
      (base + row * stride).update(repeating: 0, count: Self.padded(columns))
    }
  }

  /// One row, without its padding.
  @inlinable public func row(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base + index * stride, count: columns)
  }

  /// As kernels are handed rows that they write.
  var output: (rows: Int, columns: Int, base: UnsafeMutablePointer<Float>, stride: Int) {
    (rows, columns, base, stride)
  }

  /// As they are handed rows that they read.
  var input: (base: UnsafePointer<Float>, stride: Int) { (UnsafePointer(base), stride) }
}
