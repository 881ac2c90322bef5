import Kernels

/// Some of another provider's rows, in an order of their own: a part of a split whose features stay where they are.
final class SelectedRows: RowProvider {
  private let whole: any RowProvider
  private let indices: [UInt32]

  init(_ whole: any RowProvider, _ indices: [Int]) {
    self.whole = whole
    self.indices = indices.map { UInt32($0) }
  }

  var count: Int { indices.count }
  var shape: [Int] { whole.shape }
  var storage: RowStorage { whole.storage }

  func gather(
    _ indices: UnsafePointer<UInt32>, upcoming: Int, into batch: Matrix, kernels: KernelSet
  ) throws(DescentError) {
    let own = UnsafeBufferPointer(start: indices, count: max(upcoming, batch.rows))
    let failure: DescentError? = withUnsafeTemporaryAllocation(
      of: UInt32.self, capacity: own.count
    ) { numbers in
      _ = numbers.initialize(fromContentsOf: own.lazy.map { self.indices[Int($0)] })
      guard let base = numbers.baseAddress else { return nil }
      do throws(DescentError) {
        try whole.gather(UnsafePointer(base), upcoming: upcoming, into: batch, kernels: kernels)
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
  }

  func expect(_ order: UnsafeBufferPointer<UInt32>) {
    order.map { indices[Int($0)] }.withUnsafeBufferPointer { whole.expect($0) }
  }
}
