/// An array of numbers as a file holds it, before it is known to be features or targets.
///
/// The first axis counts rows, whatever the file format: the readers of IDX and NPY return it.
public struct DataArray: Sendable, Equatable {
  /// The elements in row-major order, in the narrowest of three types that holds them.
  public enum Elements: Sendable, Equatable {
    case bytes([UInt8])
    case integers([Int64])
    case floats([Float])

    public var count: Int {
      switch self {
      case .bytes(let elements): elements.count
      case .integers(let elements): elements.count
      case .floats(let elements): elements.count
      }
    }
  }

  /// What messages call the array: its file's name.
  public let name: String
  public let shape: [Int]
  public let elements: Elements

  /// - Precondition: `elements` are as many as `shape` says.
  init(name: String, shape: [Int], elements: Elements) {
    precondition(elements.count == shape.reduce(1, *), "\(elements.count) elements as \(shape)")
    self.name = name
    self.shape = shape
    self.elements = elements
  }

  /// The number of elements of a shape that a file states, and the bytes they take.
  ///
  /// - Throws: `.invalidInput` if either does not fit in 63 bits or is not what the file holds.
  static func checkSize(
    shape: [Int], elementSize: Int, available: Int, name: String
  ) throws(DescentError) -> Int {
    var count = 1
    var overflows = false
    for extent in shape where !overflows {
      (count, overflows) = count.multipliedReportingOverflow(by: extent)
    }
    let bytes = count.multipliedReportingOverflow(by: elementSize)
    guard !overflows, !bytes.overflow else {
      throw DescentError(
        .invalidInput, "the header states an impossible shape \(shape)", at: name,
        advice: "the file is damaged: fetch or write it again")
    }
    guard bytes.partialValue == available else {
      throw DescentError(
        .invalidInput,
        "shape \(shape) needs \(bytes.partialValue) bytes of data but \(available) follow the header",
        at: name, advice: "the file is incomplete or damaged: fetch or write it again")
    }
    return count
  }

  /// The array as features, with the shape of one row.
  ///
  /// Rank 1 is one column, rank 2 `[rows, width]` a table, rank 3 `[rows, height, width]` images of
  /// one channel, rank 4 `[rows, height, width, channels]` images. Integers become `Float`, rounded
  /// where they exceed 2²⁴.
  ///
  /// - Throws: `.invalidInput` for another rank, an empty array, or a NaN or infinite number.
  public func features() throws(DescentError) -> (features: Dataset.Features, shape: [Int]) {
    let rowShape: [Int]
    switch shape.count {
    case 1: rowShape = [1]
    case 2: rowShape = [shape[1]]
    case 3: rowShape = [shape[1], shape[2], 1]
    case 4: rowShape = Array(shape[1...])
    default:
      throw DescentError(
        .invalidInput, "features of \(shape.count) dimensions cannot be used", at: name,
        advice: "[rows, width], [rows, height, width] or [rows, height, width, channels] can")
    }
    guard elements.count > 0 else {
      throw DescentError(
        .invalidInput, "holds no data (its shape is \(shape))", at: name,
        advice: "at least one row is needed")
    }
    switch elements {
    case .bytes(let bytes): return (.bytes(bytes), rowShape)
    case .integers(let integers): return (.floats(integers.map { Float($0) }), rowShape)
    case .floats(let floats):
      try checkFinite(floats, width: rowShape.reduce(1, *))
      return (.floats(floats), rowShape)
    }
  }

  /// The array as targets.
  ///
  /// Rank 1, or rank 2 with one column, is one target: integers are classes named `"0"` to the
  /// largest label, and other numbers are what `TargetKind.infer` says. Rank 2 with several columns
  /// is as many values. Values are named `target`, or `target_1`, `target_2`, …
  ///
  /// - Parameter kind: classes or values; `nil` decides as said above.
  /// - Throws: `.invalidInput` for another rank, an empty array, a NaN or infinite number, or a
  ///   number that cannot be a class index where classes are wanted; the row is named.
  public func targets(kind: TargetKind? = nil) throws(DescentError) -> Dataset.Targets {
    guard shape.count == 1 || shape.count == 2, elements.count > 0 else {
      throw DescentError(
        .invalidInput, "targets of shape \(shape) cannot be used", at: name,
        advice: "[rows] or [rows, values] can, with at least one row")
    }
    let width = shape.count == 2 ? shape[1] : 1
    let values: [Float]
    let inferred: TargetKind
    switch elements {
    case .bytes(let bytes):
      values = bytes.map { Float($0) }
      inferred = .classes
    case .integers(let integers):
      values = integers.map { Float($0) }
      inferred = .classes
    case .floats(let floats):
      try checkFinite(floats, width: width)
      values = floats
      inferred = TargetKind.infer(floats)
    }
    if width > 1 {
      guard kind != .classes else {
        throw DescentError(
          .invalidInput, "\(width) columns cannot be one class each row", at: name,
          advice: "give class indices in one column, or use the columns as values")
      }
      return .values(values, names: (1...width).map { "target_\($0)" })
    }
    guard kind ?? inferred == .classes else { return .values(values, names: ["target"]) }

    var indices = [Int32](repeating: 0, count: values.count)
    var largest: Int32 = 0
    for (row, value) in values.enumerated() {
      guard value >= 0, value < Float(TargetKind.mostClasses), value == value.rounded(.towardZero)
      else {
        throw DescentError(
          .invalidInput, "label \(value) cannot be a class index", at: "\(name), row \(row + 1)",
          advice: "labels are integers from 0 to \(TargetKind.mostClasses - 1); "
            + "for quantities, set the target's kind to values")
      }
      indices[row] = Int32(value)
      largest = max(largest, indices[row])
    }
    return .classes(indices, names: (0...largest).map { String($0) })
  }

  /// The array as the rows' weights: `[rows]`, or `[rows, 1]`.
  ///
  /// - Throws: `.invalidInput` for another shape, an empty array, or a NaN or infinite number.
  func weights() throws(DescentError) -> [Float] {
    guard case .values(let weights, let names) = try targets(kind: .values), names.count == 1 else {
      throw DescentError(
        .invalidInput, "weights of shape \(shape) cannot be used", at: name,
        advice: "give one number for each row")
    }
    return weights
  }

  private func checkFinite(_ floats: [Float], width: Int) throws(DescentError) {
    guard let index = floats.firstIndex(where: { !$0.isFinite }) else { return }
    throw DescentError(
      .invalidInput, "value \(index % width + 1) is \(floats[index]) in single precision",
      at: "\(name), row \(index / width + 1)",
      advice: "every value has to be finite and below 3.4e38 in magnitude")
  }
}
