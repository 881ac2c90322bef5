import Foundation

/// The rows of a run: divided as its config says, and checked against each other.
package struct RunData {
  package var training: Dataset
  package var validation: Dataset?
  package var test: Dataset?
  /// How each table among the files was read, the training rows' first.
  package var reports: [TableReport] = []
  /// How each folder of images among the files was read, that of the training rows first.
  package var images: [ImageReport] = []

  /// - Parameters:
  ///   - rows: those of the training file, where they have been read.
  ///   - seed: the run's, by which rows are divided where the config has no other for that.
  ///   - encoding: how columns become features, where that is not to be learnt from the rows that are trained on.
  /// - Throws: what is wrong with a file, or where files do not fit each other.
  package init(
    _ config: DataConfig, seed: UInt64, rows: RunRows? = nil, encoding given: TableEncoding? = nil
  ) throws(DescentError) {
    let rows = if let rows { rows } else { try RunRows(config) }
    let (all, table) = (rows.all, rows.table)
    let split = try rows.split(config, seed: seed)
    if let table {
      reports.append(table.report)
      // Learnt from the rows that are trained on, and from no others, where no model has one.
      let rows = split.map { table.rows($0.training) } ?? table
      let held = split.map { table.rows($0.validation) }
      let encoding = if let given { given } else { try Self.encoding(of: rows, config) }
      if let encoding {
        training = try encoding.encode(rows)
        if let held { validation = try encoding.encode(held) }
        reports[0].take(encoding)
      } else {
        (training, validation) = (rows.rows, held?.rows)
      }
      reports[0].warnings += LeakSuspicion.remarks(rows)
    } else {
      training = split.map { all.subset($0.training) } ?? all
      validation = split.map { all.subset($0.validation) }
    }
    func load(_ source: DataSource) throws(DescentError) -> Dataset {
      try Dataset.load(
        source, config: config, matching: ModelSignature(of: training), shape: training.shape)
    }
    if case .source(let source)? = config.validation { validation = try load(source) }
    if let source = config.test { test = try load(source) }
    images = [all.imageReport].compactMap(\.self)
    images += [validation?.imageReport, test?.imageReport].compactMap(\.self).filter {
      $0.path != all.imageReport?.path
    }
    reports += [all.labelReport, validation?.report, test?.report].compactMap(\.self).filter {
      $0.file != reports.first?.file
    }
  }

  /// How the columns of training rows become features; nil where they are the features.
  fileprivate static func encoding(
    of rows: RawTable, _ config: DataConfig
  ) throws(DescentError) -> TableEncoding? {
    if let known = config.model?.encoding { return known }
    guard isAsked(config) || !rows.isPlain else { return nil }
    return try TableEncoding(
      fitting: rows, kinds: config.columns, areNamed: config.features != nil,
      missing: config.missing, hasOther: config.hasOther, embedAbove: config.embedAbove,
      findsCodes: config.findsCodes)
  }

  /// Whether the config says what becomes of columns.
  fileprivate static func isAsked(_ config: DataConfig) -> Bool {
    !config.columns.isEmpty || config.features != nil || config.missing != .error
      || config.validation?.column != nil || config.embedAbove != nil || config.findsCodes
  }

  fileprivate static func split(
    _ all: Dataset, _ table: RawTable?, _ validation: DataConfig.Validation?, seed: UInt64
  ) throws(DescentError) -> RowSplit? {
    switch validation {
    case .fraction(let fraction)?:
      return try RowSplit(all, fraction: fraction, seed: seed)
    case .last(let fraction, by: nil)?:
      return try RowSplit(order: Array(0..<all.count), last: fraction)
    case .last(let fraction, by: let column?)?:
      guard case .times(let times)? = table?.division else { throw noColumn(column) }
      let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
      return try RowSplit(order: order, last: fraction)
    case .fold(let fold, of: let count, by: nil)?:
      return try RowSplit(all, fold: fold, of: count, seed: seed)
    case .fold(let fold, of: let count, by: let column?)?:
      guard case .groups(let groups)? = table?.division else { throw noColumn(column) }
      return try RowSplit(groups: groups, fold: fold, of: count, seed: seed)
    case .groups(let fraction, by: let column)?:
      guard case .groups(let groups)? = table?.division else { throw noColumn(column) }
      return try RowSplit(groups: groups, fraction: fraction, seed: seed)
    case .source?, nil: return nil
    }
  }

  private static func noColumn(_ column: String) -> DescentError {
    DescentError(
      .invalidInput, "\(column) is to be a column of a table", at: "data.validation.by",
      advice: "give data.train as one CSV file")
  }
}

/// The rows of a run's training file, read once; they may be divided in several ways.
package struct RunRows {
  package let all: Dataset
  /// The table that they are from, where they are from one.
  package let table: RawTable?

  /// - Parameter column: the column by which folds will divide the rows.
  /// - Throws: what is wrong with the file, or where it holds nothing to train on.
  package init(_ config: DataConfig, dividedBy column: String? = nil) throws(DescentError) {
    var config = config
    if let column { config.validation = .fold(0, of: 2, by: column) }
    (all, table) = try Self.read(config)
    guard all.targets != nil else {
      throw DescentError(
        .invalidInput, "the training data has no targets", at: config.train.description,
        advice: all.images == nil
          ? "name the column to be predicted: data.target (--target on the command line)"
          : ImageFolder.labelAdvice)
    }
    guard all.count > 0 else {
      throw DescentError(
        .invalidInput, "the training data has no rows", at: config.train.description)
    }
    if case .classes(_, let names)? = all.targets, names.count < 2, config.model == nil {
      throw DescentError(
        .invalidInput,
        "all rows are of one class, '\(names.first ?? "")', so there is nothing to tell apart",
        at: config.train.description,
        advice: "give rows of two classes or more, or name another target")
    }
  }

  /// Which of them validate; nil where none of them do.
  package func split(_ config: DataConfig, seed: UInt64) throws(DescentError) -> RowSplit? {
    try RunData.split(
      all, table, config.validation, seed: config.splitSeed.map { UInt64($0) } ?? seed)
  }

  /// All of them, as a network takes them in.
  package func encoded(_ encoding: TableEncoding?) throws(DescentError) -> Dataset {
    guard let table, let encoding else { return table?.rows ?? all }
    return try encoding.encode(table)
  }

  /// How the columns of all these rows become features; nil where they are the features.
  package func encoding(_ config: DataConfig) throws(DescentError) -> TableEncoding? {
    try table.flatMap { rows throws(DescentError) in try RunData.encoding(of: rows, config) }
  }

  private static func read(_ config: DataConfig) throws(DescentError) -> (Dataset, RawTable?) {
    let path = config.train.description
    if ImageFolder.isFolder(path) {
      try requireNoTable(config)
      return (try Dataset.load(config.train, config: config), nil)
    }
    if let key = config.image?.fileKey {
      throw DescentError(
        .invalidInput, "data.image.\(key) is for image files", at: path,
        advice: "leave it out, or name a folder of PNG and JPEG files")
    }
    guard ArrayArchive(path) == nil else {
      try requireNoColumns(config)
      return (try Dataset.load(config.train, config: config), nil)
    }
    let file = try FileBytes(contentsOf: path)
    guard try DataFormat(of: file) == .csv else {
      try requireNoColumns(config)
      return (try Dataset.load(config.train, config: config), nil)
    }
    guard config.image == nil else {
      throw DescentError(
        .invalidInput, "data.image is for images, and this is a table", at: path,
        advice:
          "leave it out; a reshape as the first layer makes images of rows: reshape: [height, width, 1]"
      )
    }
    let options = CSVReader.Options(config)
    var tableOptions = options
    if case .pair(_, _, let weights) = config.train { tableOptions = options.ofFeatures(weights) }
    tableOptions.division = config.validation?.division
    var expectation = RawTable.Expectation.anything
    if let encoding = config.model?.encoding {
      expectation = .encoded(encoding)
    } else {
      tableOptions.kinds = config.columns
      tableOptions.dropsIdentifiers = config.dropsIdentifiers
      tableOptions.findsDates = config.findsDates
      tableOptions.dropsConstants = config.dropsConstants
      if config.model?.featureNames.isEmpty == false, !RunData.isAsked(config) {
        expectation = .numbers
      }
    }
    var table = try RawTable(file, options: tableOptions, expecting: expectation)
    if case .pair(_, let labels, let weights) = config.train {
      try table.rows.take(labels: labels, weights: weights, options: options, features: path)
    }
    return (table.rows, table)
  }

  /// - Throws: where images are to be read as only a table can be.
  private static func requireNoTable(_ config: DataConfig) throws(DescentError) {
    try requireNoColumns(config)
    var (key, problem): (String?, String) = (nil, "")
    if !config.target.isEmpty {
      (key, problem) = ("target", "images have no columns: their classes are their folders' names")
    } else if config.targetKind == .values {
      (key, problem) = ("target_kind", "the target of images is the name of their folder, a class")
    } else if config.sampleWeight != nil {
      (key, problem) = ("sample_weight", "images have no columns, and so no weights")
    } else if config.image?.layout != nil {
      (key, problem) = ("image.layout", "it is for arrays, and these are image files")
    } else if case .last? = config.validation {
      (key, problem) = (
        "validation.last",
        "images lie in folders by their classes, and the last are of the last one"
      )
    }
    guard let key else { return }
    throw DescentError(.invalidInput, problem, at: "data.\(key)", advice: "leave it out")
  }

  private static func requireNoColumns(_ config: DataConfig) throws(DescentError) {
    let isAsked =
      !config.columns.isEmpty || config.features != nil || config.missing != .error
      || config.hasOther
    guard isAsked else { return }
    throw DescentError(
      .invalidInput, "data.columns, features, missing and unseen are for one table in a CSV file",
      at: config.train.description, advice: "leave them out, or give the data as a table")
  }
}

extension DataConfig.Validation {
  /// The column of a table that divides its rows.
  fileprivate var division: CSVReader.Division? {
    switch self {
    case .groups(_, let column), .fold(_, _, let column?):
      CSVReader.Division(column: column, isTime: false)
    case .last(_, let column?): CSVReader.Division(column: column, isTime: true)
    case .last(_, nil), .fold(_, _, nil), .fraction, .source: nil
    }
  }
}
