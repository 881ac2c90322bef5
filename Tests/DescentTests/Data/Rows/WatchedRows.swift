import Kernels
import Synchronization

@testable import Descent
@testable import DescentCore

/// Rows in memory that are looked after, and can get lost.
final class WatchedRows: RowProvider {
  private struct State {
    var expected: [[UInt32]] = []
    var gathered: [Set<UInt32>] = []
    var remaining: Int?
  }

  private let rows: any RowProvider
  private let state = Mutex(State())

  init(_ dataset: Dataset) { rows = dataset.provider }

  var count: Int { rows.count }
  var shape: [Int] { rows.shape }
  var storage: RowStorage { rows.storage }
  var seen: (expected: [[UInt32]], gathered: [Set<UInt32>]) {
    state.withLock { ($0.expected, $0.gathered) }
  }

  func clear() { state.withLock { $0 = State() } }

  /// Lets the rows get lost once they have been gathered so many times.
  func fail(afterGathering calls: Int) { state.withLock { $0.remaining = calls } }

  func gather(
    _ indices: UnsafePointer<UInt32>, upcoming: Int, into batch: Matrix, kernels: KernelSet
  ) throws(DescentError) {
    let isLost = state.withLock { state in
      let last = max(0, state.gathered.count - 1)
      if !state.gathered.isEmpty {
        state.gathered[last].formUnion(UnsafeBufferPointer(start: indices, count: batch.rows))
      }
      if let remaining = state.remaining {
        guard remaining > 0 else { return true }
        state.remaining = remaining - 1
      }
      return false
    }
    if isLost { throw DescentError(.inputOutput, "the disk is gone") }
    try rows.gather(indices, upcoming: upcoming, into: batch, kernels: kernels)
  }

  func expect(_ order: UnsafeBufferPointer<UInt32>) {
    state.withLock {
      $0.expected.append(Array(order))
      $0.gathered.append([])
    }
  }
}
