import Kernels

/// Where the features of rows lie, and the one way to them that training and prediction know: memory, a mapped file,
/// several files.
///
/// `MemoryRows` holds them in memory. A type of a program's own makes a data set by `Dataset(rows:)`, and trains to the
/// same bits as the same rows in memory. Threads gather rows at the same time, each into memory of its own.
public protocol RowProvider: AnyObject, Sendable {
  /// How many rows there are.
  var count: Int { get }

  /// The shape of one row: `[width]` for a table, `[height, width, channels]` for images.
  var shape: [Int] { get }

  /// How a value is stored, of which the fingerprint is made: rows in memory have the same as those that they were
  /// copied from.
  var storage: RowStorage { get }

  /// Copies rows as numbers into as many rows of `batch`, whose columns are the values of a row.
  ///
  /// - Parameters:
  ///   - indices: the rows' numbers, from 0, in any order, one for each row of `batch`.
  ///   - upcoming: how many numbers `indices` holds, where those behind are wanted next: they may be asked for ahead.
  /// - Throws: where the rows cannot be had. Training ends before the step changes anything.
  func gather(
    _ indices: UnsafePointer<UInt32>, upcoming: Int, into batch: Matrix, kernels: KernelSet
  ) throws(DescentError)

  /// Called before an epoch's first step, and when a run goes on within one: the rows in the order in which they will be
  /// gathered, so that they can be read ahead. The memory is the caller's once the call has returned.
  func expect(_ order: UnsafeBufferPointer<UInt32>)

  /// Calls `body` with consecutive rows where they lie as numbers, to be read only; rows need no padding.
  /// - Returns: false, without a call, where they do not lie so and have to be gathered.
  func withFloats(of rows: Range<Int>, _ body: (Matrix) -> Void) -> Bool
}

/// How the values of rows are stored.
public enum RowStorage: String, Sendable {
  /// Whole numbers from 0 to 255.
  case bytes
  /// Numbers of single precision.
  case floats
}

extension RowProvider {
  public func expect(_ order: UnsafeBufferPointer<UInt32>) {}

  public func withFloats(of rows: Range<Int>, _ body: (Matrix) -> Void) -> Bool { false }
}
