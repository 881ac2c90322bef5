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
    let names = try CSVLayout(file, options: every, takesAllTargets: true).names
    // A name that is not a column's is an error that names the nearest.
    every.targets = kinds.keys.sorted()
    _ = try CSVLayout(file, options: every, takesAllTargets: false)
    let wanted =
      options.features
      ?? names.filter { kinds[$0] != .drop && !options.targets.contains($0) }
    guard !wanted.isEmpty else {
      throw DescentError(
        .invalidInput, "has no feature column besides the target", at: file.name,
        advice: "at least one column has to be a feature")
    }
    every.targets = wanted
    let table = try CSVTable(file, options: every)
    var targets: Dataset.Targets?
    if readsTargets, !options.targets.isEmpty {
      targets = try CSVReader.readTargets(file, options: options)
    }
    let width = wanted.count
    try MachineMemory.require(floats: table.count * width, for: "the rows of \(file.name)")
    var values = [Float](repeating: .nan, count: table.count * width)
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
      features: .floats(values), shape: [width], featureNames: wanted, targets: targets)
  }

  /// Reads one column's cells into `values`; returns its texts where it holds categories.
  private static func read(
    _ table: CSVTable, column: Int, kind: Kind?, into values: inout [Float]
  ) throws(CSVFault) -> [String]? {
    let width = table.layout.targetColumns.count
    let places = stride(from: column, to: table.targetCells.count, by: width)
    func fault(_ kind: CSVFault.Kind, _ place: Int) -> CSVFault {
      CSVFault(
        kind: kind, offset: table.targetCells[place], column: table.layout.targetColumns[column])
    }
    return try table.file.bytes.withUnsafeBufferPointer { text throws(CSVFault) -> [String]? in
      let cells = CSVCell(text: text, delimiter: table.layout.delimiter)
      let parser = DecimalParser()
      var texts: [String] = []
      texts.reserveCapacity(table.count)
      var firstText: Int?
      var hasNumber = false
      for place in places {
        let start = table.targetCells[place]
        let end = cells.end(of: start, before: text.count) ?? text.count
        let content = cells.content(start..<end)
        guard let cell = String(validating: content, as: UTF8.self) else {
          throw fault(.notUTF8, place)
        }
        texts.append(missing.contains(cell) ? "" : cell)
        guard kind != .categorical, !missing.contains(cell) else { continue }
        if let number = content.withUnsafeBufferPointer(parser.parse) {
          guard number.isFinite else { throw fault(.tooLarge, place) }
          values[place] = number
          hasNumber = true
        } else if firstText == nil {
          firstText = place
        }
      }
      if kind != .categorical {
        guard let firstText else { return nil }
        guard kind == nil, !hasNumber else { throw fault(.notANumber, firstText) }
      }
      // Categories in the order of their texts, so that the order of rows does not matter.
      let known = Set(texts).sorted()
      guard known.count <= TargetKind.mostClasses else {
        throw fault(.tooManyCategories, places.first { _ in true } ?? 0)
      }
      let codes = Dictionary(
        known.enumerated().map { ($0.element, Float($0.offset)) },
        uniquingKeysWith: { first, _ in first })
      for (row, place) in places.enumerated() { values[place] = codes[texts[row]] ?? 0 }
      return known
    }
  }
}
