import LibC

extension TableEncoding {
  /// The columns in a config's words.
  package var columnKinds: [String: ColumnKind] {
    Dictionary(columns.map { ($0.name, $0.columnKind) }, uniquingKeysWith: { first, _ in first })
  }

  /// The usual length of vectors for so many categories: 1.6·n^0.56, rounded, at most 600 (fast.ai's rule).
  package static func units(forCategories count: Int) -> Int {
    max(1, min(600, Int((1.6 * pow(Double(count), 0.56)).rounded())))
  }

  /// Learns an encoding from training rows.
  ///
  /// A column of numbers of which the rows have none is left out, for they have nothing to say of it.
  ///
  /// - Parameters:
  ///   - kinds: what becomes of columns, where it is said.
  ///   - embedAbove: with more values than this a column of categories is embedded where nothing is said of it.
  ///   - findsCodes: whether a column of numbers that are names is embedded where nothing is said of it.
  ///   - areNamed: whether it is said which columns there are.
  /// - Throws: `.invalidInput` where a column that is asked for has no value at all, no column is left, or the features would
  ///   be too many.
  init(
    fitting table: RawTable, kinds: [String: ColumnKind], areNamed: Bool,
    missing: Missing, hasOther: Bool, embedAbove: Int? = nil, findsCodes: Bool = false
  ) throws(DescentError) {
    var columns: [Column] = []
    for (index, column) in table.columns.enumerated() {
      if let categories = column.categories {
        var occurs = [Bool](repeating: false, count: categories.count)
        table.forEach(index) { occurs[Int($0)] = true }
        let values = categories.indices.filter { occurs[$0] }.map { categories[$0] }
        var told = kinds[column.name]
        if told == nil, let embedAbove, values.count > embedAbove { told = .embedded(units: nil) }
        let kind: Kind =
          if case .embedded(let units)? = told {
            .embedded(
              values: values, hasOther: hasOther,
              units: units ?? Self.units(forCategories: values.count))
          } else {
            .categories(values: values, hasOther: hasOther)
          }
        columns.append(Column(name: column.name, kind: kind))
        continue
      }
      if let times = column.times {
        columns.append(Column(fitting: times, name: column.name, missing: missing))
        continue
      }
      if findsCodes, kinds[column.name] == nil, let values = table.codes(in: index) {
        let units = Self.units(forCategories: values.count)
        columns.append(
          Column(
            name: column.name, kind: .embedded(values: values, hasOther: hasOther, units: units)))
        continue
      }
      var fill: Float?
      var isMissing = false
      if missing != .error {
        var present: [Float] = []
        table.forEach(index) { if $0.isNaN { isMissing = true } else { present.append($0) } }
        guard !present.isEmpty else {
          guard areNamed || kinds[column.name] != nil else { continue }
          throw DescentError(
            .invalidInput, "column '\(column.name)' has no number in the training rows",
            at: table.name,
            advice: areNamed
              ? "leave it out of data.features"
              : "leave it out: data.columns: { \(column.name.yamlWord): drop }")
        }
        fill = missing == .mean ? Self.mean(present) : OrderStatistics.median(of: present)
      }
      columns.append(
        Column(
          name: column.name, kind: .number(fill: fill, hasIndicator: isMissing),
          notation: column.notation, offset: column.offset))
    }
    guard !columns.isEmpty else {
      throw DescentError(
        .invalidInput, "no column has a number in the training rows", at: table.name,
        advice: "give rows with values, or divide them otherwise (data.validation)")
    }
    self.init(columns: columns)
    let width = featureNames.count
    guard width <= 1 << 20 else {
      throw DescentError(
        .invalidInput, "the columns become \(width) features", at: table.name,
        advice: "drop columns that name each row, such as identifiers, with data.columns")
    }
  }

  fileprivate static func mean(_ values: [Float]) -> Float {
    Float(values.reduce(0.0) { $0 + Double($1) } / Double(values.count))
  }

  /// The features of a table's rows.
  ///
  /// - Precondition: the table has this encoding's columns, perhaps among others.
  /// - Throws: `.invalidInput` for a number that is missing where none may, and a category that is not known; value,
  ///   row and column are named.
  func encode(_ table: RawTable) throws(DescentError) -> Dataset {
    let names = featureNames
    let width = names.count
    try MachineMemory.require(
      floats: table.rows.count * width, for: "the features of \(table.name)")
    var features = [Float](repeating: 0, count: table.rows.count * width)
    var first = 0
    let places = Dictionary(
      table.columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    for column in columns {
      guard let index = places[column.name] else {
        throw DescentError(.invalidInput, "has no column '\(column.name)'", at: table.name)
      }
      var row = 0
      func failure(_ problem: String, advice: String) -> DescentError {
        DescentError(
          .invalidInput, "column '\(column.name)' " + problem,
          at: "\(table.name), row \((table.rowNumbers?[row] ?? row) + 1)", advice: advice)
      }
      switch column.kind {
      case .number(let fill, let hasIndicator):
        try table.forEach(index) { (value) throws(DescentError) in
          let place = row * width + first
          if value.isNaN {
            guard let fill else {
              throw failure(
                "is empty", advice: "fill it in, or train with data.missing: mean or median")
            }
            features[place] = fill
            if hasIndicator { features[place + 1] = 1 }
          } else {
            features[place] = value
          }
          row += 1
        }
      case .categories(let values, let hasOther), .embedded(let values, let hasOther, _):
        let known = KnownValues(values)
        let (texts, codes) = table.categories(of: index)
        let slots = texts.map { known.index(of: $0) ?? (hasOther ? values.count : nil) }
        for code in codes {
          guard let slot = slots[code] else {
            let text = texts[code]
            let shown = values.prefix(12).map { $0.isEmpty ? "(empty)" : $0 }
            throw failure(
              text.isEmpty
                ? "is empty" : "holds '\(String(text.prefix(40)))', which no training row does",
              advice: "those known are \(shown.joined(separator: ", "))"
                + "\(values.count > 12 ? ", … (\(values.count) in all)" : ""); data.unseen: other "
                + "trains a model that takes any")
          }
          if case .embedded = column.kind {
            features[row * width + first] = Float(slot)
          } else {
            features[row * width + first + slot] = 1
          }
          row += 1
        }
      case .time(let parts, let fills, let hasIndicator, _):
        for time in table.columns[index].times?.times ?? [] {
          let place = row * width + first
          if time.instant.isNaN {
            guard fills.count == parts.count else {
              throw failure(
                "says no date", advice: "fill it in, or train with data.missing: mean or median")
            }
            for (number, fill) in fills.enumerated() { features[place + number] = fill }
            if hasIndicator { features[place + parts.count] = 1 }
          } else {
            for (number, part) in parts.enumerated() {
              features[place + number] = time.value(of: part, since: column.offset)
            }
          }
          row += 1
        }
      }
      first += column.width
    }
    var dataset = Dataset(
      features: .floats(features), shape: [width], featureNames: names,
      targets: table.rows.targets, sampleWeights: table.rows.sampleWeights)
    dataset.encoding = self
    dataset.targetDecision = table.rows.targetDecision
    dataset.carried = table.rows.carried
    dataset.report = table.report
    dataset.report?.take(self)
    return dataset
  }
}

extension TableEncoding.Column {
  /// The column in a config's words.
  var columnKind: ColumnKind {
    switch kind {
    case .number: .number
    case .categories: .categorical
    case .embedded(_, _, let units): .embedded(units: units)
    case .time(_, _, _, let isDayFirst): .date(isDayFirst: isDayFirst)
    }
  }

  /// What the dates of training rows become: the time elapsed, and what else of them differs.
  init(fitting written: WrittenTimes, name: String, missing: TableEncoding.Missing) {
    let present = written.times.filter { !$0.instant.isNaN }
    let days = present.map { Float($0.days) }
    let start = days.isEmpty ? 0 : Double(OrderStatistics.median(of: days)).rounded(.down)
    func values(_ part: TimePart) -> [Float] { present.map { $0.value(of: part, since: start) } }
    let parts = TimePart.allCases.filter { part in
      let values = values(part)
      return part == .elapsed || values.contains { $0 != values[0] }
    }
    let isMissing = present.count < written.times.count
    let fills = parts.map { part in
      let values = values(part)
      guard !values.isEmpty else { return Float(0) }
      return missing == .mean ? TableEncoding.mean(values) : OrderStatistics.median(of: values)
    }
    self.init(
      name: name,
      kind: .time(
        parts: parts, fills: missing == .error ? [] : fills,
        hasIndicator: missing != .error && isMissing, isDayFirst: written.isDayFirst),
      offset: start)
  }
}
