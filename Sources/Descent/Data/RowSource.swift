import Kernels

/// A data set made ready for a network: rows gathered by number into a batch's memory, targets in the form
/// that the cost wants.
final class RowSource: @unchecked Sendable {
  let count: Int
  let width: Int
  let form: TargetForm?
  /// The names of the classes, or of the target values.
  let targetNames: [String]
  private let features: Dataset.Features
  /// Whether rows have weights.
  var isWeighted: Bool { !weights.isEmpty }
  private let classes: [Int32]
  private let values: [Float]
  private let outputs: Int
  private let weights: [Float]
  /// Whether classes are gathered one-hot.
  private let isOneHot: Bool
  /// Whether each row has one target value for all outputs.
  private let sharesTarget: Bool

  /// - Parameters:
  ///   - form: how the cost wants its targets; nil where there is none (prediction).
  ///   - outputs: the network's output width.
  ///   - weights: one for each row; empty where all are 1.
  init(_ dataset: Dataset, form: TargetForm?, outputs: Int, weights: [Float] = []) {
    count = dataset.count
    width = dataset.width
    features = dataset.features
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
  func targets(in indices: UnsafeBufferPointer<UInt32>) -> (classes: [Int32], values: [Float]) {
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
    return ([], gathered)
  }

  /// Gathers the rows that `indices` names into as many rows of `batch`.
  ///
  /// - Parameter upcoming: how many rows `indices` names in all, where more will be wanted next.
  func gather(
    _ indices: UnsafePointer<UInt32>, upcoming: Int = 0, into batch: Matrix, kernels: KernelSet
  ) {
    switch features {
    case .bytes(let bytes):
      bytes.withUnsafeBufferPointer { buffer in
        if let base = buffer.baseAddress {
          kernels.gather(base, indices: indices, upcoming: upcoming, into: batch)
        }
      }
    case .floats(let floats):
      floats.withUnsafeBufferPointer { buffer in
        if let base = buffer.baseAddress {
          kernels.gather(base, indices: indices, upcoming: upcoming, into: batch)
        }
      }
    }
  }

  /// Whether features need no conversion.
  var areFloats: Bool {
    if case .floats = features { true } else { false }
  }

  /// Calls with rows of float features where they lie, to be read only. They have no padding: they serve as the left operand
  /// of a product, which needs none.
  func withFloats(of rows: Range<Int>, _ body: (Matrix) -> Void) {
    guard case .floats(let floats) = features else {
      preconditionFailure("rows of bytes have to be gathered")
    }
    floats.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      body(
        Matrix(
          base: UnsafeMutablePointer(mutating: base) + rows.lowerBound * width, rows: rows.count,
          columns: width, stride: width))
    }
  }

  /// Gathers the targets of the rows that `indices` names into `rows` of a batch's targets.
  func gatherTargets(
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
