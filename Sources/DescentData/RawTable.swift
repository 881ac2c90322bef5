/// The rows of a table before it is known what becomes of its columns: numbers, NaN where one is missing, and
/// categories as numbers of their texts. Targets, weights and what divides the rows come from the same reading.
package struct RawTable {
  struct Column {
    var name: String
    /// The texts of a column of categories, in order; nil for numbers.
    var categories: [String]?
    var notation = NumberNotation.plain
    /// What was taken from its numbers before they became single precision.
    var offset = 0.0
    /// The times of a column of dates, one for each row; nil for others.
    var times: WrittenTimes?

    /// Those of the rows of these numbers.
    mutating func take(rows: [Int]) {
      guard let times else { return }
      self.times?.times = rows.map { times.times[$0] }
    }
  }

  /// What is expected of the columns.
  enum Expectation {
    /// Whatever they hold, cells may be missing.
    case anything
    /// Numbers, none of which may be missing.
    case numbers
    /// Those of a model.
    case encoded(TableEncoding)

    var encoding: TableEncoding? { if case .encoded(let encoding) = self { encoding } else { nil } }
  }

  /// What messages call it.
  let name: String
  private(set) var columns: [Column] = []
  /// One feature for each column.
  var rows: Dataset
  /// The rows' numbers in the file, from 0, where some were left out.
  private(set) var rowNumbers: [Int]?
  /// The number of its group for each row, or its place in the order of time, where a column divides the rows.
  private(set) var division: RowDivision?
  private(set) var report: TableReport

  /// Whether all columns hold plain numbers, none of which is missing: the features are the columns then.
  private(set) var isPlain: Bool

  /// Calls `body` with a column's value in each row.
  func forEach<Failure>(
    _ column: Int, _ body: (Float) throws(Failure) -> Void
  ) throws(Failure) {
    guard case .floats(let values)? = rows.features else { return }
    for place in stride(from: column, to: values.count, by: columns.count) {
      try body(values[place])
    }
  }

  /// The texts of a column, and for each row the number of its own; numbers are texts as a file has them.
  func categories(of column: Int) -> (texts: [String], codes: [Int]) {
    var codes: [Int] = []
    codes.reserveCapacity(rows.count)
    if let texts = columns[column].categories {
      forEach(column) { codes.append(Int($0)) }
      return (texts, codes)
    }
    var texts: [String] = []
    var known: [String: Int] = [:]
    forEach(column) { number in
      let text = number.isNaN ? "" : TargetKind.className(number)
      let code = known[text] ?? texts.count
      if code == texts.count {
        known[text] = code
        texts.append(text)
      }
      codes.append(code)
    }
    return (texts, codes)
  }

  /// The rows of these numbers.
  func rows(_ indices: [Int]) -> RawTable {
    var table = self
    table.rows = rows.subset(indices)
    for column in table.columns.indices { table.columns[column].take(rows: indices) }
    table.rowNumbers = indices.map { rowNumbers?[$0] ?? $0 }
    table.division = nil
    return table
  }

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - options: its `features` are the columns wanted, all but the targets where nil.
  ///   - expectation: what the columns hold; of one that `options` and this say nothing of, what its cells say.
  ///   - dropsRows: whether rows without a target are left out; otherwise they are errors.
  /// - Throws: what is wrong with the file.
  init(
    _ file: FileBytes, options: CSVReader.Options, expecting expectation: Expectation,
    dropsRows: Bool = true
  ) throws(DescentError) {
    var table = try CSVTable(file, options: options)
    let layout = table.layout
    name = table.file.name
    var report = TableReport(layout, rows: table.count)
    division = try RowDivision(&table, by: options.division)
    let weights = try Self.weights(&table, options)
    let targets = try table.targets(options, allowsMissing: dropsRows)
    if let targets { report.add(targets, layout) }
    let carried = try Self.carried(table)
    let reader = ColumnReader(options)
    var kept: [Int] = []
    isPlain = true
    for (slot, column) in layout.featureColumns.enumerated() {
      let name = layout.names[column]
      let place = CSVTable.Place(isFeature: true, slot: slot)
      var plan = ColumnReader.Plan(
        expectation, column: slot, kind: options.kinds[name], of: layout.featureColumns.count)
      if case .anything = expectation { plan.findsDates = options.findsDates }
      let reading = try table.reporting { [plan] table throws(CSVFault) in
        try reader.read(&table, place, plan)
      }
      let isAsked = options.features != nil || options.kinds[name] != nil
      var reason = reading.reasonAgainst(
        rows: table.count, dropsIdentifiers: options.dropsIdentifiers)
      if options.dropsConstants, reason == nil, table.count > 1,
        reading.isConstant(table, place)
      {
        reason = ColumnReader.Reading.constant
      }
      if let reason, !isAsked, expectation.encoding == nil {
        report.leaveOut(column, because: reason)
        continue
      }
      kept.append(slot)
      if expectation.encoding == nil, !isAsked,
        let digits = try table.reporting({ table throws(CSVFault) in
          try table.digitsOfIdentifiers(place)
        })
      {
        report.warnings.append(
          "column '\(name)' holds whole numbers of \(digits) digits, all different, of which single precision keeps 7; "
            + "data.columns: { \(name.yamlWord): drop } leaves it out if they name the rows")
      }
      isPlain = isPlain && reading.isPlain
      report.add(reading, plan, column)
      if case .numbers = reading.content, expectation.encoding == nil {
        report.columns[column].values = table.differentNumbers(place)
      }
      columns.append(Column(reading, name: expectation.encoding?.columns[slot].name ?? name))
    }
    guard !columns.isEmpty else { throw Self.noFeatures(report) }
    if expectation.encoding == nil {
      try Self.requireClearPoints(table, columns, kept, options, &report)
    }
    let features = table.takeFeatures(kept)
    rows = Dataset(
      features: .floats(features), shape: [columns.count], featureNames: columns.map(\.name),
      targets: targets?.targets, sampleWeights: weights)
    rows.targetDecision = targets?.decision
    rows.carried = carried
    try rows.checkSampleWeights()
    if let targets, targets.missing > 0 {
      let present = targets.isMissing.indices.filter { !targets.isMissing[$0] }
      guard !present.isEmpty else {
        throw DescentError(
          .invalidInput, "no row has a target: every cell says that it is missing", at: name,
          advice: "name another column: data.target")
      }
      rows = rows.subset(present)
      for column in columns.indices { columns[column].take(rows: present) }
      rowNumbers = present
      division = division?.rows(present)
    }
    report.rows = rows.count
    rows.report = report
    self.report = report
  }

  /// The columns that go along with the rows.
  private static func carried(_ table: CSVTable) throws(DescentError) -> [CarriedColumn] {
    var columns: [CarriedColumn] = []
    for column in table.layout.carriedColumns {
      guard let place = table.place(of: column) else { continue }
      do throws(CSVFault) {
        columns.append(
          CarriedColumn(name: table.layout.names[column], texts: try table.texts(of: place)))
      } catch {
        throw error.error(file: table.file, layout: table.layout)
      }
    }
    return columns
  }

  private static func weights(
    _ table: inout CSVTable, _ options: CSVReader.Options
  ) throws(DescentError) -> [Float]? {
    guard let column = table.layout.weightColumn, let place = table.place(of: column) else {
      return nil
    }
    var plan = ColumnReader.Plan(kind: .number, hasGaps: false)
    plan.collapse = .isIgnored
    _ = try table.reporting { table throws(CSVFault) in
      try ColumnReader(options).read(&table, place, plan)
    }
    return (0..<table.count).map { table[$0, place] }
  }

  /// A point may stand for thousands where all that stand in a column may: where another column has decimal commas that
  /// is an error, and else it is said that it is a decimal one.
  private static func requireClearPoints(
    _ table: CSVTable, _ columns: [Column], _ slots: [Int], _ options: CSVReader.Options,
    _ report: inout TableReport
  ) throws(DescentError) {
    guard options.decimal == nil, options.thousands == nil else { return }
    let reader = ColumnReader(options)
    let hasCommas = columns.contains { $0.notation.decimal == .comma }
    for (column, slot) in zip(columns, slots)
    where column.notation == .plain && column.categories == nil && column.offset == 0 {
      let place = CSVTable.Place(isFeature: true, slot: slot)
      do throws(CSVFault) {
        let finder = NotationFinder(
          reader: reader, table: table, place: place, plan: ColumnReader.Plan())
        guard let row = try finder.possibleThousands() else { continue }
        if hasCommas { throw table.fault(.ambiguousNumber, row, place) }
        report.warnings.append(
          "the points of column '\(column.name)' are taken for decimal ones; data.thousands: \".\" makes them thousands'"
        )
      } catch {
        throw error.error(file: table.file, layout: table.layout)
      }
    }
  }

  private static func noFeatures(_ report: TableReport) -> DescentError {
    let left = report.columns.compactMap { column in
      column.reason.map { "\(column.name.isEmpty ? "(no name)" : column.name): \($0)" }
    }
    return DescentError(
      .invalidInput, "has no feature column besides the target", at: report.file,
      advice: "at least one column has to be a feature"
        + (left.isEmpty ? "" : "; left out are \(left.prefix(6).joined(separator: ", "))"))
  }
}

extension RawTable.Column {
  fileprivate init(_ reading: ColumnReader.Reading, name: String) {
    self.init(name: name)
    switch reading.content {
    case .numbers(let notation, let offset): (self.notation, self.offset) = (notation, offset)
    case .categories(let texts): categories = texts
    case .times(let times): self.times = times
    case .nothing: break
    }
  }
}

extension ColumnReader.Plan {
  /// What is known of a feature column.
  fileprivate init(
    _ expectation: RawTable.Expectation, column: Int, kind: ColumnKind?, of count: Int
  ) {
    self.kind = kind
    switch expectation {
    case .anything: break
    case .numbers:
      self.kind = .number
      hasGaps = false
      collapse = .isRefused
    case .encoded(let encoding):
      guard column < encoding.columns.count else { return }
      let known = encoding.columns[column]
      self.kind = known.columnKind
      collapse = .isIgnored
      switch known.kind {
      case .number: (notation, offset) = (known.notation, known.offset)
      case .categories(let values, _), .embedded(let values, _, _): self.known = values
      case .time: break
      }
    }
  }
}

extension ColumnReader.Reading {
  /// Whether the column is one of plain numbers, none missing.
  fileprivate var isPlain: Bool {
    if case .numbers(.plain, offset: 0) = content { missing == 0 } else { false }
  }

  static let allMissing = "every cell is missing"
  static let constant = "all cells are the same"

  /// Whether all cells say the same, and none is missing.
  fileprivate func isConstant(_ table: CSVTable, _ place: CSVTable.Place) -> Bool {
    guard missing == 0 else { return false }
    switch content {
    case .numbers:
      let first = table[0, place]
      return (1..<table.count).allSatisfy { table[$0, place] == first }
    case .categories(let texts): return texts.count == 1
    case .times(let times): return times.times.allSatisfy { $0.instant == times.times[0].instant }
    case .nothing: return true
    }
  }

  /// Why the column is no feature where nobody asks for it.
  fileprivate func reasonAgainst(rows: Int, dropsIdentifiers: Bool) -> String? {
    if case .nothing = content { return Self.allMissing }
    guard dropsIdentifiers, let texts = identifiers(rows: rows) else { return nil }
    return "it holds \(texts) different texts in \(rows) rows"
  }

  /// The number of texts of a column of which most cells differ; nil for any other.
  func identifiers(rows: Int) -> Int? {
    guard case .categories(let texts) = content else { return nil }
    let different = texts.count - (missing > 0 ? 1 : 0)
    return different > CSVTable.leastIdentifiers && 2 * different > rows - missing ? different : nil
  }
}

extension CSVTable {
  /// Calls `body` and puts what is wrong in a cell into words.
  mutating func reporting<Value>(
    _ body: (inout CSVTable) throws(CSVFault) -> Value
  ) throws(DescentError) -> Value {
    do throws(CSVFault) {
      return try body(&self)
    } catch {
      throw error.error(file: file, layout: layout)
    }
  }

  /// The features of some of the columns; no longer here then, so that a copy of a large table is saved.
  fileprivate mutating func takeFeatures(_ slots: [Int]) -> [Float] {
    var numbers: [Float] = []
    swap(&numbers, &features.numbers)
    guard slots.count < features.width else { return numbers }
    var kept: [Float] = []
    kept.reserveCapacity(count * slots.count)
    for row in 0..<count {
      for slot in slots { kept.append(numbers[row * features.width + slot]) }
    }
    return kept
  }

  /// How many digits the whole numbers of a column have that single precision does not tell apart and that name rows:
  /// all are different. Nil for any other column.
  fileprivate func digitsOfIdentifiers(_ place: Place) throws(CSVFault) -> Int? {
    let extent = extent(of: place)
    // Single precision tells whole numbers apart up to 2²⁴.
    guard count > Self.leastIdentifiers, extent.greatest > 0x1p24 || extent.least < -0x1p24 else {
      return nil
    }
    var texts: Set<String> = []
    var isIdentifier = true
    let isWanted = { (_: Int) in isIdentifier && texts.count < 1000 }
    try forEachCell(of: place, where: isWanted) { _, content in
      isIdentifier =
        content.count > 7 && content.allSatisfy { $0 &- 0x30 < 10 }
        && texts.insert(String(decoding: content, as: UTF8.self)).inserted
    }
    return isIdentifier ? texts.map(\.utf8.count).max() : nil
  }
}
