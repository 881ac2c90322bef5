/// A view of bfloat16 numbers in memory that somebody else owns, as products take them: words of two each, the earlier one in the
/// lower half. `rows` rows of `columns` words, `stride` words from one row to the next.
///
/// A word holds pairs of a right operand's rows: two steps of a product's sums.
public struct PairMatrix: @unchecked Sendable {
  public let base: UnsafeMutablePointer<UInt32>
  public let rows: Int
  public let columns: Int
  public let stride: Int

  public init(base: UnsafeMutablePointer<UInt32>, rows: Int, columns: Int, stride: Int) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// The memory of a matrix, whose floats nobody reads.
  public init(in matrix: Matrix) {
    self.init(
      base: UnsafeMutableRawPointer(matrix.base).bindMemory(
        to: UInt32.self, capacity: max(1, matrix.rows * matrix.stride)), rows: matrix.rows,
      columns: matrix.columns, stride: matrix.stride)
  }

  public func rows(_ range: Range<Int>) -> PairMatrix {
    PairMatrix(
      base: base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// The columns of a range, as a view; one that is to be written begins at a multiple of a matrix' padding.
  public func columns(_ range: Range<Int>) -> PairMatrix {
    PairMatrix(base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// So many numbers with a zero more where they are odd.
  public static func even(_ count: Int) -> Int { (count + 1) & ~1 }
}
