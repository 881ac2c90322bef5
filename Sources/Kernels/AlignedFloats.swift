import LibC
import Synchronization

/// Zeroed floats that begin on a cache line; large ones begin on a huge page and ask the system for huge
/// pages, because the page table's cache does not reach over a large network's weights.
///
/// The memory is shared by views handed out through `base`; whoever hands out views keeps this alive and
/// sees to it that no two threads write the same elements.
public final class AlignedFloats: @unchecked Sendable {
  public let base: UnsafeMutablePointer<Float>
  public let count: Int
  /// Bytes taken, whole cache lines or pages.
  private let size: Int
  /// What the memory belongs to, where that is not this.
  public let owner: AnyObject?

  private static let cacheLine = 64
  private static let hugePage = 2 << 20

  public convenience init(count: Int) {
    self.init(uninitialized: count)
    base.update(repeating: 0, count: size / MemoryLayout<Float>.stride)
  }

  private static let exhaustion = Mutex<(@Sendable (_ bytes: Int) -> Never)?>(nil)

  /// Sets what ends the process where the system gives no memory.
  ///
  /// Sizes that come from a user are checked before, against all limits there are: this is for what other programs have taken
  /// since, and for limits that nothing tells of.
  public static func whenExhausted(_ end: @escaping @Sendable (_ bytes: Int) -> Never) {
    exhaustion.withLock { $0 = end }
  }

  private static func endExhausted(_ bytes: Int) -> Never {
    if let end = exhaustion.withLock({ $0 }) { end(bytes) }
    preconditionFailure("no memory for \(bytes) bytes")
  }

  /// Floats that are to be overwritten, all of them, before any is read.
  public init(uninitialized count: Int) {
    let (bytes, overflows) = max(count, 1).multipliedReportingOverflow(
      by: MemoryLayout<Float>.stride)
    guard !overflows, bytes <= Int.max - Self.hugePage else { Self.endExhausted(.max) }
    let alignment = bytes >= Self.hugePage ? Self.hugePage : Self.cacheLine
    size = (bytes + alignment - 1) / alignment * alignment
    var memory: UnsafeMutableRawPointer?
    let status = posix_memalign(&memory, alignment, size)
    guard status == 0, let memory else { Self.endExhausted(size) }
    #if os(Linux)
      if alignment == Self.hugePage { madvise(memory, size, MADV_HUGEPAGE) }
    #endif
    base = memory.bindMemory(to: Float.self, capacity: size / MemoryLayout<Float>.stride)
    self.count = count
    owner = nil
  }

  /// Floats in memory that belongs to something else, which is kept as long as this is; all there is room for.
  ///
  /// - Parameter memory: begins on a cache line, and is not empty.
  public init(_ memory: UnsafeMutableRawBufferPointer, of owner: AnyObject) {
    guard let start = memory.baseAddress, Int(bitPattern: start) % Self.cacheLine == 0 else {
      preconditionFailure("memory that begins on no cache line")
    }
    count = memory.count / MemoryLayout<Float>.stride
    base = start.bindMemory(to: Float.self, capacity: count)
    size = memory.count
    self.owner = owner
  }

  deinit {
    if owner == nil { free(base) }
  }

  /// A matrix at `offset`.
  public func matrix(at offset: Int = 0, rows: Int, columns: Int, stride: Int? = nil) -> Matrix {
    let stride = stride ?? Matrix.stride(for: columns)
    precondition(
      offset >= 0 && offset + rows * stride <= count,
      "a \(rows) × \(columns) matrix at \(offset) exceeds \(count) floats")
    return Matrix(base: base + offset, rows: rows, columns: columns, stride: stride)
  }

  /// A new matrix of zeros in memory of its own.
  public static func matrix(rows: Int, columns: Int) -> (memory: AlignedFloats, matrix: Matrix) {
    let stride = Matrix.stride(for: columns)
    // One vector more, so that the last row's padding can be read whatever the stride.
    let memory = AlignedFloats(count: rows * stride + Matrix.padding)
    return (memory, memory.matrix(rows: rows, columns: columns, stride: stride))
  }
}
