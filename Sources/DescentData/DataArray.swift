/// An array of numbers or texts as a file holds it, before it is known to be features or targets.
///
/// The first axis counts rows, whatever the file format: the readers of IDX and NPY return it.
public struct DataArray: Sendable, Equatable {
  /// The elements in row-major order, numbers in the narrowest of three types that holds them.
  public enum Elements: Sendable, Equatable {
    case bytes([UInt8])
    case integers([Int64])
    case floats([Float])
    case texts([String])

    public var count: Int {
      switch self {
      case .bytes(let elements): elements.count
      case .integers(let elements): elements.count
      case .floats(let elements): elements.count
      case .texts(let elements): elements.count
      }
    }
  }

  /// What messages call the array: its file's name.
  public let name: String
  public let shape: [Int]
  public let elements: Elements
  /// A column whose numbers lose what sets them apart in single precision, if there is one.
  let lostPrecision: LostPrecision?
  /// What the file's format says that the elements are as targets, where it does.
  let decision: TargetDecision?

  /// - Parameter lostPrecision: what became of numbers of double precision whose elements here are `floats`.
  /// - Precondition: `elements` are as many as `shape` says.
  init(
    name: String, shape: [Int], elements: Elements, lostPrecision: LostPrecision? = nil,
    decision: TargetDecision? = nil
  ) {
    precondition(elements.count == shape.reduce(1, *), "\(elements.count) elements as \(shape)")
    self.name = name
    self.shape = shape
    self.elements = elements
    self.decision = decision
    if case .integers(let integers) = elements {
      self.lostPrecision = LostPrecision(shape: shape) { Double(integers[$0]) }
    } else {
      self.lostPrecision = lostPrecision
    }
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
  /// one channel, rank 4 `[rows, height, width, channels]` images. Integers become `Float`.
  ///
  /// - Parameter layout: where the channels of images of rank 4 are; nil: last, where it does not look otherwise.
  /// - Throws: `.invalidInput` for another rank, an empty array, text, a NaN or infinite number, a column whose
  ///   numbers single precision cannot tell apart, or images whose channels seem to be first.
  public func features(
    layout: ImageOptions.Layout? = nil
  ) throws(DescentError) -> (features: Dataset.Features, shape: [Int]) {
    if shape.count == 4, layout == .channelsFirst {
      return try withChannelsLast().features(layout: .channelsLast)
    }
    if layout == nil { try requireChannelsLast() }
    let rowShape: [Int]
    switch shape.count {
    case 1: rowShape = [1]
    case 2: rowShape = [shape[1]]
    case 3: rowShape = [shape[1], shape[2], 1]
    case 4: rowShape = Array(shape[1...])
    case 0:
      throw DescentError(
        .invalidInput, "is a single number", at: name, advice: "give an array of rows")
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
    if case .bytes(let bytes) = elements { return (.bytes(bytes), rowShape) }
    return (.floats(try numbers(width: rowShape.reduce(1, *))), rowShape)
  }

  /// The elements as numbers, so many in a row.
  ///
  /// - Throws: for text, for numbers that are not finite, and for columns whose numbers differ by so little beside
  ///   their size that single precision would make most of them equal.
  private func numbers(width: Int) throws(DescentError) -> [Float] {
    if let lost = lostPrecision {
      throw DescentError(
        .invalidInput,
        "column \(lost.column + 1) holds numbers from \(TargetKind.className(lost.least)) to "
          + "\(TargetKind.className(lost.greatest)), which single precision cannot tell apart",
        at: name,
        advice: "subtract \(TargetKind.className(lost.least.rounded(.down))) from the column first")
    }
    switch elements {
    case .bytes(let bytes): return bytes.map { Float($0) }
    case .integers(let integers): return integers.map { Float($0) }
    case .floats(let floats): return try finite(floats, width: width)
    case .texts: throw textError("numbers")
    }
  }

  private func textError(_ wanted: String) -> DescentError {
    DescentError(
      .invalidInput, "holds text where \(wanted) are wanted", at: name,
      advice: "convert it to numbers, or give the rows as a table (CSV), where text is read")
  }

  /// The array as targets.
  ///
  /// Rank 1, or rank 2 with one column, is one target: what was said, else what `TargetDecision` takes its numbers for.
  /// Classes are the labels that occur, in their order and by their names. Rank 2 with several columns is as many
  /// values. Values are named `target`, or `target_1`, `target_2`, …
  ///
  /// - Parameter kind: classes or values; `nil` decides as said above.
  /// - Throws: `.invalidInput` for another rank, an empty array, a NaN or infinite number, or more classes than there
  ///   may be.
  public func targets(kind: TargetKind? = nil) throws(DescentError) -> Dataset.Targets {
    try decidedTargets(kind: kind).targets
  }

  /// The array as targets, and why they are classes or values.
  ///
  /// - Parameter expected: what cost and output layer say.
  func decidedTargets(
    kind: TargetKind?, expected: TargetExpectation? = nil
  ) throws(DescentError) -> (targets: Dataset.Targets, decision: TargetDecision) {
    guard shape.count == 1 || shape.count == 2, elements.count > 0 else {
      throw DescentError(
        .invalidInput, "targets of shape \(shape) cannot be used", at: name,
        advice: "[rows] or [rows, values] can, with at least one row")
    }
    let width = shape.count == 2 ? shape[1] : 1
    if width > 1 {
      guard kind != .classes else {
        throw DescentError(
          .invalidInput, "\(width) columns cannot be one class each row", at: name,
          advice: "give class labels in one column, or use the columns as values")
      }
      let names = (1...width).map { "target_\($0)" }
      return (.values(try numbers(width: width), names: names), .columns(width))
    }
    if case .texts(let texts) = elements {
      guard kind != .values else { throw textError("values") }
      return (try Self.classes(texts, name: name), .text)
    }
    let decision = try decision(told: kind, expected: expected)
    guard decision.kind == .classes else {
      return (.values(try numbers(width: width), names: ["target"]), decision)
    }
    return (try classes(), decision)
  }

  private func decision(
    told: TargetKind?, expected: TargetExpectation?
  ) throws(DescentError) -> TargetDecision {
    if let decision, told == nil, expected?.kind == nil { return decision }
    return TargetDecision(of: try labelNumbers(), told: told, expected: expected)
  }

  /// Which numbers occur.
  private func labelNumbers() throws(DescentError) -> TargetNumbers {
    switch elements {
    case .bytes(let bytes): TargetNumbers(bytes.lazy.map(Double.init), areIntegers: true)
    case .integers(let integers):
      TargetNumbers(integers.lazy.map { Double($0) }, areIntegers: true)
    case .floats(let floats):
      TargetNumbers(try finite(floats, width: 1).lazy.map(Double.init))
    case .texts: throw textError("numbers")
    }
  }

  /// The classes whose labels are the elements.
  private func classes() throws(DescentError) -> Dataset.Targets {
    switch elements {
    case .bytes(let labels): try Self.classes(labels, name: name) { String($0) }
    case .integers(let labels): try Self.classes(labels, name: name) { String($0) }
    case .floats(let labels): try Self.classes(labels, name: name) { TargetKind.className($0) }
    case .texts(let texts): try Self.classes(texts, name: name)
    }
  }

  /// Texts are told apart and sorted by their bytes.
  private static func classes(_ texts: [String], name: String) throws(DescentError)
    -> Dataset.Targets
  {
    try classes(texts.map { LabelText($0) }, name: name) { $0.text }
  }

  private static func classes<Label: Hashable & Comparable>(
    _ labels: [Label], name: String, _ className: (Label) -> String
  ) throws(DescentError) -> Dataset.Targets {
    var numbers: [Label: Int32] = [:]
    var indices: [Int32] = []
    indices.reserveCapacity(labels.count)
    for label in labels {
      if let number = numbers[label] {
        indices.append(number)
        continue
      }
      guard numbers.count < TargetKind.mostClasses else {
        throw DescentError(
          .invalidInput, "has more than \(TargetKind.mostClasses) different labels", at: name,
          advice: "for quantities, say --values (data.target_kind: values)")
      }
      indices.append(Int32(numbers.count))
      numbers[label] = Int32(numbers.count)
    }
    let sorted = numbers.keys.sorted()
    var ranks = [Int32](repeating: 0, count: sorted.count)
    for (rank, label) in sorted.enumerated() {
      if let number = numbers[label] { ranks[Int(number)] = Int32(rank) }
    }
    return .classes(indices.map { ranks[Int($0)] }, names: sorted.map(className))
  }

  /// The array as the rows' weights: `[rows]`, or `[rows, 1]`.
  ///
  /// - Throws: `.invalidInput` for another shape, an empty array, or a NaN or infinite number.
  package func weights() throws(DescentError) -> [Float] {
    guard case .values(let weights, let names) = try targets(kind: .values), names.count == 1 else {
      throw DescentError(
        .invalidInput, "weights of shape \(shape) cannot be used", at: name,
        advice: "give one number for each row")
    }
    return weights
  }

  private func finite(_ floats: [Float], width: Int) throws(DescentError) -> [Float] {
    guard let index = floats.firstIndex(where: { !$0.isFinite }) else { return floats }
    throw DescentError(
      .invalidInput, "value \(index % width + 1) is \(floats[index]) in single precision",
      at: "\(name), row \(index / width + 1)",
      advice: "every value has to be finite and below 3.4e38 in magnitude")
  }
}

/// A label in words, told apart from others and sorted by its bytes: equal to the eye is not equal.
struct LabelText: Hashable, Comparable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (one: LabelText, other: LabelText) -> Bool {
    one.text.utf8.elementsEqual(other.text.utf8)
  }

  static func < (one: LabelText, other: LabelText) -> Bool {
    one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
