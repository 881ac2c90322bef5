import Foundation

/// The rows of a run: read as its config says, divided, and checked against each other.
struct RunData {
  var training: Dataset
  var validation: Dataset?
  var test: Dataset?
  /// How each table among the files was read, the training rows' first.
  var reports: [TableReport] = []

  /// - Throws: what is wrong with a file, or where files do not fit each other.
  init(_ config: RunConfig) throws(DescentError) {
    let (all, table) = try Self.read(config.data)
    guard all.targets != nil else {
      throw DescentError(
        .invalidInput, "the training data has no targets", at: config.data.train.description,
        advice: "name the column to be predicted: data.target (--target on the command line)")
    }
    guard all.count > 0 else {
      throw DescentError(
        .invalidInput, "the training data has no rows", at: config.data.train.description)
    }
    let split = try Self.split(all, config)
    if let table {
      // Learnt from the rows that are trained on, and from no others, where no model has one.
      let rows = split.map { table.rows($0.training) } ?? table
      let encoding: TableEncoding
      if let known = config.data.model?.encoding {
        encoding = known
      } else {
        encoding = try TableEncoding(
          fitting: rows, kinds: config.data.columns, missing: config.data.missing,
          hasOther: config.data.hasOther)
      }
      training = try encoding.encode(rows, rowNumbers: split?.training)
      if let split {
        validation = try encoding.encode(
          table.rows(split.validation), rowNumbers: split.validation)
      }
    } else {
      training = split.map { all.rows($0.training) } ?? all
      validation = split.map { all.rows($0.validation) }
    }
    func load(_ source: RunConfig.DataSource) throws(DescentError) -> Dataset {
      try Dataset.load(
        source, config: config.data, matching: ModelSignature(of: training), width: training.width)
    }
    if case .source(let source)? = config.data.validation { validation = try load(source) }
    if let source = config.data.test { test = try load(source) }
  }

  /// The training file's rows, and where its columns have to be encoded the table they are in.
  private static func read(_ config: RunConfig.Data) throws(DescentError) -> (Dataset, RawTable?) {
    guard case .file(let path) = config.train else {
      try requireNoColumns(config)
      return (try Dataset.load(config.train, config: config), nil)
    }
    if ArrayArchive(path) != nil {
      try requireNoColumns(config)
      return (try Dataset.load(config.train, config: config), nil)
    }
    let file = try FileBytes(contentsOf: path)
    guard try DataFormat(of: file) == .csv else {
      try requireNoColumns(config)
      return (try Dataset.load(config.train, config: config), nil)
    }
    var options = CSVReader.Options(config)
    if let encoding = config.model?.encoding {
      let table = try RawTable(
        file, options: options, kinds: encoding.columnKinds, readsTargets: true)
      return (table.rows, table)
    }
    var kinds = config.columns
    if let column = config.validation?.column { kinds[column] = kinds[column] ?? .drop }
    let isAsked = !kinds.isEmpty || config.features != nil || config.missing != .error
    guard try isAsked ? true : RawTable.isNeeded(file, options: options) else {
      return (try Dataset.load(features: file, options: options), nil)
    }
    if let features = options.features {
      options.features = features.filter { kinds[$0] != .drop }
    }
    let table = try RawTable(file, options: options, kinds: kinds, readsTargets: true)
    return (table.rows, table)
  }

  private static func requireNoColumns(_ config: RunConfig.Data) throws(DescentError) {
    let isAsked =
      !config.columns.isEmpty || config.features != nil || config.missing != .error
      || config.hasOther
    guard isAsked else { return }
    throw DescentError(
      .invalidInput, "data.columns, features, missing and unseen are for one table in a CSV file",
      at: config.train.description, advice: "leave them out, or give the data as a table")
  }

  private static func split(_ all: Dataset, _ config: RunConfig) throws(DescentError)
    -> RowSplit?
  {
    switch config.data.validation {
    case .fraction(let fraction)?:
      return try RowSplit(all, fraction: fraction, seed: UInt64(config.seed))
    case .last(let fraction, by: nil)?:
      return try RowSplit(order: Array(0..<all.count), last: fraction)
    case .last(let fraction, by: let column?)?:
      return try RowSplit(
        order: columnTable(column, config.data).chronological(), last: fraction)
    case .groups(let fraction, by: let column)?:
      return try RowSplit(
        groups: columnTable(column, config.data).groups(), fraction: fraction,
        seed: UInt64(config.seed))
    case .source?, nil: return nil
    }
  }

  /// The training table, of which one column is wanted.
  private static func columnTable(_ column: String, _ config: RunConfig.Data) throws(DescentError)
    -> CSVTable
  {
    if case .file(let path) = config.train, ArrayArchive(path) == nil {
      var options = CSVReader.Options(config, target: [column])
      options.features = []
      options.weight = nil
      (options.targetKind, options.classNames) = (nil, nil)
      let file = try FileBytes(contentsOf: path)
      if try DataFormat(of: file) == .csv { return try CSVTable(file, options: options) }
    }
    throw DescentError(
      .invalidInput, "\(column) is to be a column of a table", at: "data.validation.by",
      advice: "give data.train as one CSV file")
  }
}
