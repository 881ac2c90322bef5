/// The rows of a table before it is known what becomes of its columns: numbers, NaN where one is missing, and
/// categories as numbers of their texts.
struct RawTable {
  typealias Kind = RunConfig.ColumnKind

  struct Column {
    var name: String
    /// The texts of a column of categories, in order; nil for numbers.
    var categories: [String]?
  }

  /// What messages call it.
  let name: String
  let columns: [Column]
  /// One feature for each column.
  var rows: Dataset

  /// What stands for a missing value: pandas' list.
  private static let missing: Set<String> = [
    "", "#N/A", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
  ]

  /// Calls `body` with a column's value in each row.
  func forEach<Failure>(
    _ column: Int, _ body: (Float) throws(Failure) -> Void
  ) throws(Failure) {
    guard case .floats(let values) = rows.features else { return }
    for place in stride(from: column, to: values.count, by: columns.count) {
      try body(values[place])
    }
  }

  /// The rows of these numbers.
  func rows(_ indices: [Int]) -> RawTable {
    var table = self
    table.rows = rows.rows(indices)
    return table
  }

  /// Whether a table has text or gaps in its first row where features are, and has to be read as a raw one.
  static func isNeeded(_ file: FileBytes, options: CSVReader.Options) throws(DescentError) -> Bool {
    let layout = try CSVLayout(file, options: options, takesAllTargets: false)
    let features = Set(layout.featureColumns)
    return file.bytes.withUnsafeBufferPointer { text in
      let cells = CSVCell(text: text, delimiter: layout.delimiter)
      let parser = DecimalParser()
      var position = layout.bodyStart
      while position < text.count,
        text[position] == CSVCell.lineFeed || text[position] == CSVCell.return
      {
        position += 1
      }
      for column in layout.names.indices {
        guard position < text.count, let end = cells.end(of: position, before: text.count) else {
          return false
        }
        if features.contains(column),
          cells.withContent(position..<end, { parser.parse($0) == nil })
        {
          return true
        }
        guard end < text.count, text[end] == layout.delimiter else { return false }
        position = end + 1
      }
      return false
    }
  }

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - options: its `features` are the columns wanted, all but the targets where nil.
  ///   - kinds: what columns hold; a column that is not named holds numbers if all its cells are, categories if
  ///     none is, and else its first text is an error.
  ///   - readsTargets: whether targets are wanted; otherwise they need not be there.
  /// - Throws: what `CSVReader` throws, and `.invalidInput` for a column that is named and not there.
  init(
    _ file: FileBytes, options: CSVReader.Options, kinds: [String: Kind], readsTargets: Bool
  ) throws(DescentError) {
    var every = options
    every.features = []
    every.targets = []
    every.weight = nil
    let names = try CSVLayout(file, options: every, takesAllTargets: true).names
    // A name that is not a column's is an error that names the nearest.
    every.targets = kinds.keys.sorted()
    _ = try CSVLayout(file, options: every, takesAllTargets: false)
    let weight = options.needsWeight || names.contains(options.weight ?? "") ? options.weight : nil
    let wanted =
      options.features
      ?? names.filter {
        kinds[$0] != .drop && $0 != weight && !options.targets.contains($0)
      }
    guard !wanted.isEmpty else {
      throw DescentError(
        .invalidInput, "has no feature column besides the target", at: file.name,
        advice: "at least one column has to be a feature")
    }
    every.targets = wanted
    var table = try CSVTable(file, options: every)
    var decided: (targets: Dataset.Targets, decision: TargetDecision)?
    if readsTargets, !options.targets.isEmpty {
      decided = try CSVReader.readDecidedTargets(file, options: options)
    }
    let width = wanted.count
    try MachineMemory.require(floats: table.count * width, for: "the rows of \(file.name)")
    var values = table.takeTargetNumbers()
    var columns: [Column] = []
    do throws(CSVFault) {
      for (index, name) in wanted.enumerated() {
        columns.append(
          Column(
            name: name,
            categories: try Self.read(table, column: index, kind: kinds[name], into: &values)))
      }
    } catch {
      throw error.error(file: file, layout: table.layout)
    }
    self.name = file.name
    self.columns = columns
    rows = Dataset(
      features: .floats(values), shape: [width], featureNames: wanted,
      targets: decided?.targets)
    rows.targetDecision = decided?.decision
    if let weight {
      rows.sampleWeights = try Self.numbers(in: weight, of: file, options)
      try rows.checkSampleWeights()
    }
  }

  /// A column of numbers.
  private static func numbers(
    in column: String, of file: FileBytes, _ options: CSVReader.Options
  ) throws(DescentError) -> [Float] {
    let options = CSVReader.Options(
      delimiter: options.delimiter, header: options.header, features: [column])
    guard case .floats(let values) = try CSVReader.read(file, options: options).features else {
      return []
    }
    return values
  }

  /// Reads what in a column is not plainly a number, which `values` already has: gaps, texts, and numbers in quotes.
  /// Returns the column's texts where it holds categories, whose numbers are its values then.
  private static func read(
    _ table: CSVTable, column: Int, kind: Kind?, into values: inout [Float]
  ) throws(CSVFault) -> [String]? {
    let parser = DecimalParser()
    let isText = kind?.isCategories ?? false
    // Texts are numbered as they occur until all are known.
    var texts: [String: Int] = [:]
    var (hasNumber, hasGap) = (false, false)
    var firstText: Int?
    try table.forEachCell(of: column) { (place) -> Bool in
      let isRead = !isText && !values[place].isNaN
      hasNumber = hasNumber || isRead
      return !isRead
    } body: { place, content throws(CSVFault) in
      guard let text = String(validating: content, as: UTF8.self) else {
        throw table.fault(.notUTF8, at: place)
      }
      if let number = texts[text] {
        values[place] = Float(number)
      } else if missing.contains(text) {
        values[place] = .nan
        hasGap = true
      } else if !isText, let number = parser.parse(content) {
        guard number.isFinite else { throw table.fault(.tooLarge, at: place) }
        values[place] = number
        hasNumber = true
      } else {
        firstText = firstText ?? place
        values[place] = Float(texts.count)
        texts[text] = texts.count
      }
    }
    if !isText {
      guard let firstText else { return nil }
      guard kind == nil, !hasNumber else { throw table.fault(.notANumber, at: firstText) }
    }
    // Categories in the order of their texts, so that the order of rows does not matter; a gap is the first.
    let known = (hasGap ? [""] : []) + texts.keys.sorted()
    guard known.count <= TargetKind.mostClasses else {
      throw table.fault(.tooManyCategories, at: column)
    }
    var ranks = [Float](repeating: 0, count: texts.count)
    for (rank, text) in known.enumerated() {
      if let number = texts[text] { ranks[number] = Float(rank) }
    }
    for place in stride(from: column, to: values.count, by: table.layout.targetColumns.count) {
      values[place] = values[place].isNaN ? 0 : ranks[Int(values[place])]
    }
    return known
  }
}
