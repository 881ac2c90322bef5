extension CSVTable {
  /// The targets of the rows, and why they are classes or values; `nil` if no column was asked for.
  func targets(
    _ options: CSVReader.Options
  ) throws(DescentError) -> (targets: Dataset.Targets, decision: TargetDecision)? {
    let classNames = options.classNames
    var kind = options.targetKind
    let columns = layout.targetColumns
    guard !columns.isEmpty else { return nil }
    if columns.count > 1, kind == .classes {
      throw DescentError(
        .invalidInput, "\(columns.count) target columns cannot be one class each row",
        at: file.name, advice: "name one target column for classes")
    }
    if classNames != nil && columns.count == 1 { kind = .classes }
    do throws(CSVFault) {
      if kind == .classes { return (try classes(classNames), .told(.classes)) }
      let numbers: [Float]
      do throws(CSVFault) {
        numbers = try values()
      } catch {
        // Text throughout names classes; text among numbers is a mistake in one of them.
        guard kind == nil, columns.count == 1, case .notANumber = error.kind else { throw error }
        guard error.offset == targetCells[0] else {
          throw CSVFault(
            kind: .mixedTarget(isNumber: false), offset: error.offset, column: error.column)
        }
        try checkAllText()
        return (try classes(classNames), .text)
      }
      let decision: TargetDecision =
        if columns.count > 1 {
          .columns(columns.count)
        } else {
          TargetDecision(
            of: TargetNumbers(numbers.lazy.map(Double.init)), told: kind,
            expected: options.expectedTarget)
        }
      if decision.kind == .classes { return (try classes(nil), decision) }
      return (.values(numbers, names: columns.map { layout.names[$0] }), decision)
    } catch {
      throw error.error(file: file, layout: layout)
    }
  }

  /// Calls `body` with each target cell's place and content, in order; an empty one is an error.
  private func forEachTarget(
    _ body: (_ index: Int, _ content: UnsafeBufferPointer<UInt8>) throws(CSVFault) -> Void
  ) throws(CSVFault) {
    try file.bytes.withUnsafeBufferPointer { text throws(CSVFault) in
      let cells = CSVCell(text: text, delimiter: layout.delimiter)
      for index in targetCells.indices {
        try withTarget(index, in: cells) { content throws(CSVFault) in try body(index, content) }
      }
    }
  }

  private func withTarget<Value>(
    _ index: Int, in cells: CSVCell,
    _ body: (UnsafeBufferPointer<UInt8>) throws(CSVFault) -> Value
  ) throws(CSVFault) -> Value {
    let start = targetCells[index]
    let end = cells.end(of: start, before: cells.text.count) ?? cells.text.count
    return try cells.withContent(start..<end) { content throws(CSVFault) in
      guard !content.isEmpty else { throw fault(.emptyTarget, at: index) }
      return try body(content)
    }
  }

  private func values() throws(CSVFault) -> [Float] {
    let parser = DecimalParser()
    var numbers = targetNumbers
    try file.bytes.withUnsafeBufferPointer { text throws(CSVFault) in
      let cells = CSVCell(text: text, delimiter: layout.delimiter)
      for index in numbers.indices where numbers[index].isNaN {
        numbers[index] = try withTarget(index, in: cells) { content throws(CSVFault) in
          guard let number = parser.parse(content) else { throw fault(.notANumber, at: index) }
          guard number.isFinite else { throw fault(.tooLarge, at: index) }
          return number
        }
      }
    }
    return numbers
  }

  private func checkAllText() throws(CSVFault) {
    let parser = DecimalParser()
    try forEachTarget { index, content throws(CSVFault) in
      if parser.parse(content) != nil { throw fault(.mixedTarget(isNumber: true), at: index) }
    }
  }

  private func classes(_ known: [String]?) throws(CSVFault) -> Dataset.Targets {
    let parser = DecimalParser()
    var found: [String: Int32] = [:]
    var indices: [Int32] = []
    indices.reserveCapacity(targetCells.count)
    for (index, name) in (known ?? []).enumerated() { found[name] = Int32(index) }
    try forEachTarget { index, content throws(CSVFault) in
      guard let text = String(validating: content, as: UTF8.self) else {
        throw fault(.notUTF8, at: index)
      }
      var name = text
      // 1, 1.0 and 1e0 are the same class; numbers beyond 2²⁴ stand for themselves, as text.
      if let number = parser.parse(content), number.magnitude < 0x1p24,
        number == number.rounded(.towardZero)
      {
        name = String(Int(number))
      }
      if let known = found[name] {
        indices.append(known)
      } else if let exact = known == nil ? nil : found[text] {
        indices.append(exact)
      } else {
        guard known == nil else { throw fault(.unknownClass(known: known ?? []), at: index) }
        guard found.count < TargetKind.mostClasses else { throw fault(.tooManyClasses, at: index) }
        indices.append(Int32(found.count))
        found[name] = Int32(found.count)
      }
    }
    if let known { return .classes(indices, names: known) }

    let numbers = found.keys.reduce(into: [String: Float]()) {
      $0[$1] = Array($1.utf8).withUnsafeBufferPointer(parser.parse)
    }
    let names =
      numbers.count == found.count
      ? found.keys.sorted { (numbers[$0] ?? 0, $0) < (numbers[$1] ?? 0, $1) }
      : found.keys.sorted()
    var order = [Int32](repeating: 0, count: names.count)
    for (rank, name) in names.enumerated() {
      if let index = found[name] { order[Int(index)] = Int32(rank) }
    }
    return .classes(indices.map { order[Int($0)] }, names: names)
  }
}
