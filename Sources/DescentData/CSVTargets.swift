/// The targets of a table's rows.
package struct TableTargets {
  var targets: Dataset.Targets
  /// Why they are classes or values.
  var decision: TargetDecision
  /// Which rows have none; empty where all have. What `targets` has in their places means nothing.
  var isMissing: [Bool] = []
  /// What the report says of the columns.
  var kind = ""
  /// How each column's numbers are written.
  var notations: [NumberNotation] = []
  /// The columns' names.
  var names: [String] = []
  /// How a table of nothing else was read.
  var report: TableReport?

  var missing: Int { isMissing.count(where: \.self) }
}

extension CSVTable {
  /// The targets of the rows, `nil` if no column was asked for.
  ///
  /// - Parameter allowsMissing: whether a row may have none; otherwise that is an error.
  mutating func targets(
    _ options: CSVReader.Options, allowsMissing: Bool
  ) throws(DescentError) -> TableTargets? {
    try reporting { table throws(CSVFault) in
      guard var targets = try table.findTargets(options) else { return nil }
      targets.names = table.layout.targetColumns.map { table.layout.names[$0] }
      if !allowsMissing, let row = targets.isMissing.firstIndex(of: true) {
        let places = table.layout.targetColumns.compactMap { table.place(of: $0) }
        guard let place = places.first(where: { table[row, $0].isNaN }) ?? places.first else {
          return targets
        }
        throw table.fault(.emptyTarget, row, place)
      }
      return targets
    }
  }

  private mutating func findTargets(_ options: CSVReader.Options) throws(CSVFault) -> TableTargets?
  {
    let columns = layout.targetColumns
    guard !columns.isEmpty else { return nil }
    if columns.count > 1, options.targetKind == .classes {
      throw CSVFault(kind: .severalClassColumns, offset: 0, column: columns[1])
    }
    let reader = ColumnReader(options)
    let places = columns.compactMap { place(of: $0) }
    guard columns.count == 1, let place = places.first else { return try values(reader, places) }
    if options.classNames != nil || options.targetKind == .classes {
      return try classes(reader, place, known: options.classNames, .told(.classes))
    }
    let census = try reader.census(self, place)
    if census.texts > 0, options.targetKind == nil {
      let isText = census.plain + census.numbers == 0
      if !isText { try requireLabels(census, place) }
      let decision: TargetDecision = isText ? .text : .wordsAndNumbers
      let found = try classes(reader, place, known: nil, decision)
      if case .classes(_, let names) = found.targets, names.count > Self.leastIdentifiers,
        2 * names.count > census.present
      {
        throw fault(.identifierTarget(names.count), census.firstText ?? 0, place)
      }
      return found
    }
    var values = try values(reader, places)
    guard case .values(let numbers, _) = values.targets else { return values }
    values.decision = TargetDecision(
      of: TargetNumbers(numbers.lazy.filter { !$0.isNaN }.map(Double.init)),
      told: options.targetKind,
      expected: options.expectedTarget)
    guard values.decision.kind == .classes else { return values }
    return try classes(reader, place, known: nil, values.decision)
  }

  /// So many different texts, if most cells differ, name rows and no classes.
  static let leastIdentifiers = 20

  /// Words and numbers are labels together where the numbers are whole and few; else one of them is a mistake.
  private func requireLabels(_ census: ColumnReader.Census, _ place: Place) throws(CSVFault) {
    var different: Set<Float> = []
    var areLabels = census.numbers == 0
    for row in 0..<count where areLabels {
      let number = self[row, place]
      guard !number.isNaN else { continue }
      different.insert(number)
      areLabels =
        number == number.rounded(.towardZero)
        && different.count <= TargetKind.mostInferredClasses
    }
    guard !areLabels, let firstText = census.firstText else { return }
    let firstNumber = (0..<count).first { !self[$0, place].isNaN } ?? firstText
    let isNumber = firstText < firstNumber
    throw fault(.mixedTarget(isNumber: isNumber), isNumber ? firstNumber : firstText, place)
  }

  private mutating func values(
    _ reader: ColumnReader, _ places: [Place]
  ) throws(CSVFault) -> TableTargets {
    var plan = ColumnReader.Plan(kind: .number)
    plan.collapse = .isRefused
    var notations: [NumberNotation] = []
    for place in places {
      let reading = try reader.read(&self, place, plan)
      if case .numbers(let notation, _) = reading.content { notations.append(notation) }
    }
    var numbers: [Float] = []
    numbers.reserveCapacity(count * places.count)
    var isMissing: [Bool] = []
    for row in 0..<count {
      for place in places {
        let number = self[row, place]
        numbers.append(number)
        if number.isNaN {
          if isMissing.isEmpty { isMissing = [Bool](repeating: false, count: count) }
          isMissing[row] = true
        }
      }
    }
    return TableTargets(
      targets: .values(numbers, names: layout.targetColumns.map { layout.names[$0] }),
      decision: .columns(places.count), isMissing: isMissing, kind: "values", notations: notations)
  }

  private func classes(
    _ reader: ColumnReader, _ place: Place, known: [String]?, _ decision: TargetDecision
  ) throws(CSVFault) -> TableTargets {
    let labels = try reader.labels(self, place, known: known)
    return TableTargets(
      targets: .classes(labels.indices, names: labels.names), decision: decision,
      isMissing: labels.isMissing,
      kind: "\(labels.names.count) \(labels.names.count == 1 ? "class" : "classes")")
  }
}

extension ColumnReader {
  /// Reads a column as the names of classes.
  ///
  /// - Parameter known: the only classes allowed, in order; nil takes those that occur.
  fileprivate func labels(
    _ table: CSVTable, _ place: CSVTable.Place, known: [String]?
  ) throws(CSVFault) -> (indices: [Int32], names: [String], isMissing: [Bool]) {
    let census = try census(table, place, known: known ?? [])
    // Among numbers more words mean that a value is missing.
    let words = census.texts == 0 && census.present > 0 ? self.words.numberWords : self.words.words
    let allowed = KnownValues(known ?? [])
    let exact = Set(known ?? [])
    var found: [String: Int32] = [:]
    var identities: [ValueIdentity: Int32] = [:]
    var names: [String] = []
    var indices: [Int32] = []
    var isMissing: [Bool] = []
    indices.reserveCapacity(table.count)
    try table.forEachCell(of: place) { row, content throws(CSVFault) in
      guard let text = String(validating: content, as: UTF8.self) else {
        throw table.fault(.notUTF8, row, place)
      }
      if let index = found[text] {
        indices.append(index)
        return
      }
      if words.contains(text), text.isEmpty || !exact.contains(text) {
        if isMissing.isEmpty { isMissing = [Bool](repeating: false, count: table.count) }
        isMissing[row] = true
        indices.append(0)
        return
      }
      let index: Int32
      if let known {
        guard let place = allowed.index(of: text) else {
          throw table.fault(.unknownClass(known: known), row, place)
        }
        index = Int32(place)
      } else if let same = identities[ValueIdentity(text)] {
        index = same
        names[Int(same)] = min(names[Int(same)], text)
      } else {
        guard names.count < TargetKind.mostClasses else {
          throw table.fault(.tooManyClasses, row, place)
        }
        index = Int32(names.count)
        names.append(text)
        identities[ValueIdentity(text)] = index
      }
      found[text] = index
      indices.append(index)
    }
    if let known { return (indices, known, isMissing) }
    names = names.map(Self.className)
    let numbers = names.map { Double($0) }
    let order =
      numbers.allSatisfy { $0?.isFinite ?? false }
      ? names.indices.sorted { (numbers[$0] ?? 0, names[$0]) < (numbers[$1] ?? 0, names[$1]) }
      : names.indices.sorted { names[$0] < names[$1] }
    var ranks = [Int32](repeating: 0, count: names.count)
    for (rank, index) in order.enumerated() { ranks[index] = Int32(rank) }
    return (
      names.isEmpty ? indices : indices.map { ranks[Int($0)] }, order.map { names[$0] }, isMissing
    )
  }

  /// 1, 1.0 and 1e0 are called 1.
  private static func className(_ text: String) -> String {
    ValueIdentity(text).wholeNumber.map { String($0) } ?? text
  }
}
