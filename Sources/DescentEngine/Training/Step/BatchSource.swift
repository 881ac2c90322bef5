import Synchronization

/// A data set made ready for a network: rows gathered by number into a batch's memory, targets in the form
/// that the cost wants.
package final class BatchSource: Sendable {
  package let count: Int
  package let width: Int
  package let form: TargetForm?
  /// The names of the classes, or of the target values.
  let targetNames: [String]
  private let provider: any RowProvider
  /// Why rows could not be had, and, to be looked at often, whether that is so.
  private let firstFailure = Mutex<DescentError?>(nil)
  private let hasFailed = Atomic(false)
  /// Whether rows have weights.
  package var isWeighted: Bool { !weights.isEmpty }
  let classes: [Int32]
  let values: [Float]
  let outputs: Int
  let weights: [Float]
  /// Whether classes are gathered one-hot.
  let isOneHot: Bool
  /// Whether each row has one target value for all outputs.
  let sharesTarget: Bool

  /// - Parameters:
  ///   - form: how the cost wants its targets; nil where there is none (prediction).
  ///   - outputs: the network's output width.
  ///   - weights: one for each row; empty where all are 1.
  package init(_ dataset: Dataset, form: TargetForm?, outputs: Int, weights: [Float] = []) {
    count = dataset.count
    width = dataset.width
    provider = dataset.provider
    self.form = form
    self.outputs = outputs
    self.weights = weights
    targetNames =
      switch dataset.targets {
      case .classes(_, let names)?, .values(_, let names)?: names
      case nil: []
      }
    if form == .distributions, case .classes? = dataset.targets {
      isOneHot = true
    } else {
      isOneHot = false
    }
    if case .values(_, let names)? = dataset.targets {
      sharesTarget = names.count == 1 && outputs > 1
    } else {
      sharesTarget = false
    }
    switch (form, dataset.targets) {
    case (.classes?, .classes(let indices, _)?), (.distributions?, .classes(let indices, _)?):
      classes = indices
      values = []
    case (.values?, .classes(let indices, _)?):
      // Two classes and one output: the probability of the second.
      classes = []
      values = indices.map { Float($0) }
    case (.values?, .values(let targets, _)?), (.distributions?, .values(let targets, _)?):
      classes = []
      values = targets
    default:
      classes = []
      values = []
    }
  }

  /// The targets of the rows that `indices` names, in their order: classes or values, as the form has it.
  ///
  /// - Parameter mixed: for a place among `indices` that of the row with which it is mixed, and its own share.
  package func targets(
    in indices: UnsafeBufferPointer<UInt32>,
    mixed: (Int) -> (partner: Int, share: Float)? = { _ in nil }
  ) -> (classes: [Int32], values: [Float]) {
    if form == .classes { return (indices.map { classes[Int($0)] }, []) }
    var gathered = [Float](repeating: 0, count: indices.count * outputs)
    for (row, index) in indices.enumerated() {
      let index = Int(index)
      if isOneHot {
        gathered[row * outputs + Int(classes[index])] = 1
        continue
      }
      for output in 0..<outputs {
        gathered[row * outputs + output] = values[sharesTarget ? index : index * outputs + output]
      }
    }
    gathered.withUnsafeMutableBufferPointer { buffer in
      for row in 0..<indices.count {
        guard let (partner, share) = mixed(row) else { continue }
        _ = mix(
          UnsafeMutableBufferPointer(rebasing: buffer[row * outputs..<(row + 1) * outputs]),
          own: Int(indices[row]), with: Int(indices[partner]), share: share)
      }
    }
    return ([], gathered)
  }

  /// Why rows could not be had since the source was made; nothing that was computed since is of use then.
  package var failure: DescentError? {
    hasFailed.load(ordering: .acquiring) ? firstFailure.withLock { $0 } : nil
  }

  /// Gathers the rows that `indices` names into as many rows of `batch`. Where they cannot be had, `failure` says so.
  ///
  /// - Parameter upcoming: how many rows `indices` names in all, where more will be wanted next.
  package func gather(
    _ indices: UnsafePointer<UInt32>, upcoming: Int = 0, into batch: Matrix, kernels: KernelSet
  ) {
    do throws(DescentError) {
      try provider.gather(
        indices, upcoming: max(upcoming, batch.rows), into: batch, kernels: kernels)
    } catch {
      firstFailure.withLock { $0 = $0 ?? error }
      hasFailed.store(true, ordering: .releasing)
    }
  }

  /// Says in which order rows will be gathered.
  func expect(_ order: UnsafeBufferPointer<UInt32>) { provider.expect(order) }

  /// Calls with rows where they lie, if they lie as numbers: they have no padding, and serve as the left operand of a
  /// product, which needs none.
  /// - Returns: whether they lie so.
  func withFloats(of rows: Range<Int>, _ body: (Matrix) -> Void) -> Bool {
    provider.withFloats(of: rows, body)
  }

  /// Whether rows lie as numbers, in memory.
  var areFloats: Bool { provider.withFloats(of: 0..<min(1, count)) { _ in } }

  /// Gathers the targets of the rows that `indices` names into `rows` of a batch's targets.
  package func gatherTargets(
    _ indices: UnsafePointer<UInt32>, into targets: BatchTargets, rows: Range<Int>,
    kernels: KernelSet
  ) {
    if let destination = targets.weights, isWeighted {
      weights.withUnsafeBufferPointer { source in
        for row in 0..<rows.count {
          destination[rows.lowerBound + row] = source[Int(indices[row])]
        }
      }
    }
    if let destination = targets.classes {
      classes.withUnsafeBufferPointer { source in
        for row in 0..<rows.count {
          destination[rows.lowerBound + row] = source[Int(indices[row])]
        }
      }
    } else if let destination = targets.values, isOneHot || sharesTarget {
      for row in 0..<rows.count {
        let target = destination.row(rows.lowerBound + row)
        let index = Int(indices[row])
        target.update(repeating: isOneHot ? 0 : values[index])
        if isOneHot { target[Int(classes[index])] = 1 }
      }
    } else if let destination = targets.values {
      values.withUnsafeBufferPointer { buffer in
        if let base = buffer.baseAddress {
          kernels.gather(base, indices: indices, into: destination.rows(rows))
        }
      }
    }
  }
}
