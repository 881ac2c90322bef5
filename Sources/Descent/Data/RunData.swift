import Foundation

/// The rows of a run: read as its config says, divided, and checked against each other.
struct RunData {
  var training: Dataset
  var validation: Dataset?
  var test: Dataset?

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
      // Learnt from the rows that are trained on, and from no others.
      let rows = split.map { table.rows($0.training) } ?? table
      let encoding = try TableEncoding(
        fitting: rows, missing: config.data.missing, hasOther: config.data.hasOther)
      training = try encoding.encode(rows, rowNumbers: split?.training)
      training.sampleWeights = all.sampleWeights.map { weights in
        split.map { $0.training.map { weights[$0] } } ?? weights
      }
      if let split {
        validation = try encoding.encode(
          table.rows(split.validation), rowNumbers: split.validation)
      }
    } else {
      training = split.map { all.rows($0.training) } ?? all
      validation = split.map { all.rows($0.validation) }
    }
    if case .source(let source)? = config.data.validation {
      validation = try Self.load(source, config.data, like: training)
    }
    if let source = config.data.test { test = try Self.load(source, config.data, like: training) }
  }

  /// The training file's rows, and where its columns have to be encoded the table they are in.
  private static func read(_ config: RunConfig.Data) throws(DescentError) -> (Dataset, RawTable?) {
    guard case .file(let path) = config.train else {
      try requireNoColumns(config)
      return (try load(config.train, config, like: nil), nil)
    }
    if ArrayArchive(path) != nil {
      try requireNoColumns(config)
      return (try load(config.train, config, like: nil), nil)
    }
    let file = try FileBytes(contentsOf: path)
    guard try DataFormat(of: file) == .csv else {
      try requireNoColumns(config)
      return (try load(config.train, config, like: nil), nil)
    }
    var options = csvOptions(config)
    var kinds = config.columns
    if case .groups(_, let column)? = config.validation { kinds[column] = .drop }
    let weightColumn = options.weight
    let isAsked = !kinds.isEmpty || options.features != nil || config.missing != .error
    guard try isAsked ? true : RawTable.isNeeded(file, options: options) else {
      return (try Dataset.load(features: file, options: options), nil)
    }
    if let features = options.features {
      options.features = features.filter { kinds[$0] != .drop }
    }
    var weights: [Float]?
    if let weightColumn {
      kinds[weightColumn] = .drop
      options.weight = nil
      weights = try numbers(in: weightColumn, of: file, config)
    }
    let table = try RawTable(file, options: options, kinds: kinds, readsTargets: true)
    var rows = table.rows
    rows.sampleWeights = weights
    return (rows, table)
  }

  /// A column of numbers.
  private static func numbers(
    in column: String, of file: FileBytes, _ config: RunConfig.Data
  ) throws(DescentError) -> [Float] {
    var options = csvOptions(config)
    options.weight = nil
    options.targets = []
    options.features = [column]
    guard case .floats(let values) = try CSVReader.read(file, options: options).features else {
      return []
    }
    return values
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

  private static func csvOptions(_ config: RunConfig.Data) -> CSVReader.Options {
    var options = CSVReader.Options()
    options.delimiter = config.delimiter?.asciiValue
    options.header = config.header.map { $0 ? .present : .absent } ?? .detect
    options.targets = config.target
    options.features = config.features
    options.weight = config.sampleWeight
    options.targetKind = config.targetKind
    options.classNames = config.classNames
    return options
  }

  private static func split(_ all: Dataset, _ config: RunConfig) throws(DescentError)
    -> RowSplit?
  {
    switch config.data.validation {
    case .fraction(let fraction)?:
      return try RowSplit(all, fraction: fraction, seed: UInt64(config.seed))
    case .last(let fraction)?: return try RowSplit(count: all.count, last: fraction)
    case .groups(let fraction, let column)?:
      return try RowSplit(
        groups: groups(column, config.data), fraction: fraction, seed: UInt64(config.seed))
    case .source?, nil: return nil
    }
  }

  /// The number of each row's value in a column of the training table.
  private static func groups(_ column: String, _ config: RunConfig.Data) throws(DescentError)
    -> [Int32]
  {
    if case .file(let path) = config.train, ArrayArchive(path) == nil {
      var options = csvOptions(config)
      options.targets = [column]
      options.features = nil
      options.targetKind = .classes
      options.classNames = nil
      let file = try FileBytes(contentsOf: path)
      if try DataFormat(of: file) == .csv,
        case .classes(let groups, _) = try CSVReader.readTargets(file, options: options)
      {
        return groups
      }
    }
    throw DescentError(
      .invalidInput, "groups are a column of a table", at: "data.validation.by",
      advice: "give data.train as one CSV file")
  }

  /// Reads one source; where there is a `model` data set, with its columns and classes.
  static func load(_ source: RunConfig.DataSource, _ config: RunConfig.Data, like model: Dataset?)
    throws(DescentError) -> Dataset
  {
    var options = csvOptions(config)
    options.features = nil
    if model != nil { options.weight = nil }
    if let model {
      if !model.featureNames.isEmpty { options.features = model.featureNames }
      switch model.targets {
      case .classes(_, let names)?:
        options.targetKind = .classes
        options.classNames = names
      case .values?: options.targetKind = .values
      case nil: break
      }
    }
    var dataset: Dataset
    switch source {
    case .file(let path):
      dataset = try Dataset.load(
        path: path, options: options, encoding: model?.encoding)
    case .pair(let features, let labels):
      dataset = try Dataset.load(features: features, labels: labels, options: options)
    }
    if let model { try dataset.adopt(model, source: source.description) }
    return dataset
  }
}

extension RunConfig.DataSource: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let path): path
    case .pair(let features, _): features
    }
  }
}

extension Dataset {
  /// Takes over the class names of the rows a model learns from.
  /// - Throws: where widths differ, or a class is not among theirs.
  mutating func adopt(_ model: Dataset, source: String) throws(DescentError) {
    guard width == model.width else {
      throw DescentError(
        .invalidInput, "its rows have \(width) values, those of the training data \(model.width)",
        at: source)
    }
    guard case .classes(let indices, let own)? = targets,
      case .classes(_, let names)? = model.targets
    else { return }
    let position = Dictionary(
      names.enumerated().map { ($0.element, Int32($0.offset)) }, uniquingKeysWith: { a, _ in a })
    var mapping: [Int32] = []
    for name in own {
      guard let index = position[name] else {
        throw DescentError(
          .invalidInput, "its class \(name) is not among those of the training data", at: source,
          advice: "they are \(names.prefix(20).joined(separator: ", "))")
      }
      mapping.append(index)
    }
    targets = .classes(indices.map { mapping[Int($0)] }, names: names)
  }
}
