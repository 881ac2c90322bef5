extension TableReport {
  /// What a layout says before any cell is read.
  init(_ layout: CSVLayout, rows: Int) {
    self.init(
      file: layout.text.file.name, delimiter: layout.text.delimiterName,
      header: layout.header.kind, rows: rows)
    let quoted = layout.names.prefix(6).map { $0.isEmpty ? "\"\"" : $0 }.joined(separator: ", ")
    let names = quoted + (layout.names.count > 6 ? ", …" : "")
    switch header {
    case .present, .absent: break
    case .assumedPresent:
      warnings.append(
        "the first line (\(names)) is taken for the columns' names; data.header: false makes it a row"
      )
    case .assumedAbsent:
      warnings.append(
        "the first line is taken for a row of numbers; data.header: true makes it the columns' names"
      )
    }
    for (index, name) in layout.names.enumerated() {
      var column = Column(name: name, role: .leftOut)
      if layout.targetColumns.contains(index) {
        column.role = .target
      } else if layout.weightColumn == index {
        column.role = .weight
      } else if layout.featureColumns.contains(index) {
        column.role = .feature
      } else if layout.divisionColumn == index {
        column.role = .division
      } else if layout.header.rowNames == index {
        column.role = .rowNames
      }
      if column.role == .leftOut || column.role == .rowNames {
        column.reason = layout.reasons[index] ?? "nobody asks for it"
      }
      columns.append(column)
    }
    let repeated = columns.filter { $0.reason == NamedColumns.repeatedName }.map(\.name)
    if let first = repeated.first {
      warnings.append(
        "\(repeated.count) columns have names that repeat, '\(first)' for one, and are left out; give each a name of "
          + "its own to use them")
    }
    let nameless = columns.count { $0.reason == NamedColumns.noName }
    if nameless > 0 {
      warnings.append(
        "\(nameless) \(nameless == 1 ? "column has" : "columns have") no name and \(nameless == 1 ? "is" : "are") "
          + "left out")
    }
  }

  package mutating func leaveOut(_ column: Int, because reason: String) {
    columns[column].role = .leftOut
    columns[column].reason = reason
    // A table shows that by itself.
    guard ![ColumnReader.Reading.allMissing, ColumnReader.Reading.constant].contains(reason) else {
      return
    }
    warnings.append(
      "column '\(columns[column].name)' is left out: \(reason); data.columns: { "
        + "\(columns[column].name.yamlWord): categorical } uses it")
  }

  mutating func add(
    _ reading: ColumnReader.Reading, _ plan: ColumnReader.Plan, _ column: Int
  ) {
    let name = columns[column].name
    columns[column].missing = reading.missing
    columns[column].features = 1
    switch reading.content {
    case .numbers(let notation, let offset):
      columns[column].kind = "numbers"
      columns[column].notation = notation.description
      if offset != 0 {
        let text = Int64(exactly: offset).map { String($0) } ?? String(offset)
        columns[column].kind = "numbers less \(text)"
        if plan.offset == nil {
          warnings.append(
            "column '\(name)' holds numbers that single precision does not tell apart: \(text) is taken from each"
          )
        }
      }
      if let known = plan.notation, known != notation {
        warnings.append(
          "column '\(name)' is read with \(notation.description ?? "plain numbers"), the model's with "
            + "\(known.description ?? "plain numbers")")
      }
    case .categories(let texts):
      columns[column].kind = "\(texts.count) \(texts.count == 1 ? "category" : "categories")"
      columns[column].features = texts.count
      if !reading.words.isEmpty { addWordsAmongNumbers(reading.words, column) }
      if plan.known.isEmpty, let different = reading.identifiers(rows: rows) {
        warnings.append(
          "column '\(name)' holds \(different) different texts in \(rows) rows; data.columns: { \(name.yamlWord): drop } "
            + "leaves it out")
      }
    case .times(let times):
      columns[column].kind = "dates"
      columns[column].features = TimePart.allCases.count
      columns[column].notation = times.isDayFirst.map { $0 ? "the day first" : "the month first" }
      if times.isSupposed {
        warnings.append(
          "in the dates of column '\(name)' the month is taken to stand before the day; data.columns: { "
            + "\(name.yamlWord): date_day_first } says otherwise")
      }
    case .nothing:
      columns[column].kind = "nothing"
    }
  }

  /// Says that a column with numbers is taken for categories, and what makes it one of numbers.
  private mutating func addWordsAmongNumbers(_ words: [String], _ column: Int) {
    let name = columns[column].name
    columns[column].notation = "words and numbers"
    let advice =
      words.count <= 4
      ? "data.missing_values: [\(words.map(\.yamlWord).joined(separator: ", "))] makes it numbers, "
        + "where \(words.count == 1 ? "that means" : "these mean") that one is missing"
      : "data.columns: { \(name.yamlWord): drop } leaves it out"
    warnings.append(
      "column '\(name)' holds words and numbers and is taken for categories; \(advice)")
  }

  mutating func add(_ targets: TableTargets, _ layout: CSVLayout) {
    for (index, column) in layout.targetColumns.enumerated() {
      columns[column].kind = targets.kind
      columns[column].missing = targets.missing
      if index < targets.notations.count {
        columns[column].notation = targets.notations[index].description
        if let notation = columns[column].notation {
          warnings.append("the target '\(columns[column].name)' is read with \(notation)")
        }
      }
    }
    guard targets.missing > 0 else { return }
    let reason = "without a target"
    dropped.append(Dropped(rows: targets.missing, reason: reason))
    warnings.append(
      "of \(rows) rows \(targets.missing) \(targets.missing == 1 ? "is" : "are") left out for want of a target; the "
        + "words that say that one is missing are data.missing_values")
  }

  /// Takes the number of features of each column from what they are encoded as. The encoding of training rows lacks those of
  /// which these have nothing.
  package mutating func take(_ encoding: TableEncoding) {
    let known = Dictionary(
      encoding.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for index in columns.indices where columns[index].role == .feature {
      if let column = known[columns[index].name] {
        columns[index].features = column.width
        if case .embedded(let values, _, _) = column.kind { takeCodes(values.count, index) }
      } else {
        columns[index].role = .leftOut
        columns[index].reason = "no training row has a number in it"
      }
    }
  }

  /// Says that a column's numbers are taken for names.
  private mutating func takeCodes(_ count: Int, _ index: Int) {
    guard columns[index].kind == "numbers" else { return }
    columns[index].kind = "\(count) categories"
    columns[index].notation = "numbers that are names"
    columns[index].values = nil
    let name = columns[index].name
    warnings.append(
      "column '\(name)' holds whole numbers that are taken for names, for the targets of those next to each other differ as of any "
        + "two; data.columns: { \(name.yamlWord): number } makes them a quantity")
  }
}
