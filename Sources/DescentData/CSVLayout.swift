/// Which columns of a CSV file are used, and for what.
package struct CSVLayout {
  let text: CSVText
  let header: CSVHeader
  /// Indices into `names`, in the order wanted.
  private(set) var featureColumns: [Int] = []
  private(set) var targetColumns: [Int] = []
  /// The column of the rows' weights.
  private(set) var weightColumn: Int?
  /// The column that divides the rows; it may be a feature too.
  private(set) var divisionColumn: Int?
  /// The columns that go along with the rows; they may be anything else too.
  private(set) var carriedColumns: [Int] = []
  /// Why columns are no features that nobody has asked for.
  private(set) var reasons: [Int: String] = [:]

  var names: [String] { header.names }
  var delimiter: UInt8 { text.delimiter }

  /// All columns whose cells are read and that are no features.
  var otherColumns: [Int] {
    var columns = targetColumns
    for column in [weightColumn, divisionColumn].compactMap(\.self) + carriedColumns
    where !featureColumns.contains(column) && !columns.contains(column) {
      columns.append(column)
    }
    return columns
  }

  init(
    _ file: FileBytes, options: CSVReader.Options, takesAllTargets: Bool = false
  ) throws(DescentError) {
    text = try CSVText(file, options: options)
    let asked = [options.features ?? [], options.targets, Array(options.kinds.keys)].flatMap(\.self)
    header = try CSVHeader(
      text, options: options,
      wanted: asked
        + [options.needsWeight ? options.weight : nil, options.division?.column].compactMap(\.self))
    let columns = NamedColumns(header, of: text)
    try choose(options, columns, takesAllTargets: takesAllTargets)
  }

  private mutating func choose(
    _ options: CSVReader.Options, _ columns: NamedColumns, takesAllTargets: Bool
  ) throws(DescentError) {
    if takesAllTargets {
      targetColumns = names.indices.filter { columns.reasons[$0] == nil }
    } else {
      targetColumns = try columns.targets(options.targets)
    }
    if let weight = options.weight, options.needsWeight || columns.has(weight) {
      weightColumn = try columns.index(of: weight)
    }
    for name in options.carried { carriedColumns.append(try columns.index(of: name)) }
    if let division = options.division { divisionColumn = try columns.index(of: division.column) }
    for name in options.kinds.keys.sorted() {
      let column = try columns.index(of: name)
      guard !targetColumns.contains(column) || takesAllTargets else {
        throw DescentError(
          .invalidInput, "column '\(name)' is the target, which data.columns says to be a feature",
          at: columns.file,
          advice: "leave it out there; data.target_kind says whether a target is classes or values")
      }
    }
    try chooseFeatures(options, columns)
    if let divisionColumn, targetColumns.contains(divisionColumn) {
      throw DescentError(
        .invalidInput, "column '\(names[divisionColumn])' is the target, and is to divide the rows",
        at: columns.file, advice: "name another column in data.validation.by")
    }
    var roles: Set<Int> = []
    for column in featureColumns + [weightColumn].compactMap(\.self) + targetColumns
    where !roles.insert(column).inserted {
      let isTarget = targetColumns.contains(column)
      throw DescentError(
        .invalidInput, "column '\(names[column])' is asked for more than once", at: columns.file,
        advice: isTarget && options.targets.count { $0 == names[column] } == 1
          ? "it is the target, so it can be no feature and no weight: leave it out there"
          : "a column is one feature or one target")
    }
  }

  private mutating func chooseFeatures(
    _ options: CSVReader.Options, _ columns: NamedColumns
  ) throws(DescentError) {
    guard let features = options.features else {
      reasons = columns.reasons
      if let divisionColumn, options.kinds[names[divisionColumn]] == nil {
        reasons[divisionColumn] = "it divides the rows"
      }
      for (name, kind) in options.kinds where kind == .drop {
        reasons[try columns.index(of: name)] = "data.columns says so"
      }
      featureColumns = names.indices.filter {
        reasons[$0] == nil && !targetColumns.contains($0) && weightColumn != $0
      }
      return
    }
    // Without names a file matches by its width; a model's own names may be from a header.
    if !header.isPresent, options.targets.isEmpty, features.count == names.count {
      featureColumns = Array(names.indices)
    } else if !header.isPresent, !features.allSatisfy(columns.has) {
      throw DescentError(
        .invalidInput,
        "has \(names.count) columns and no header, but \(features.count) named features are "
          + "wanted", at: columns.file,
        advice: "add a header, or give exactly the features, in this order: "
          + NamedColumns.list(features))
    } else {
      for feature in features where options.kinds[feature] != .drop {
        featureColumns.append(try columns.index(of: feature))
      }
    }
    for column in names.indices {
      reasons[column] = columns.reasons[column] ?? "it is not asked for"
    }
  }
}
