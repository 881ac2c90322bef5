extension Dataset {
  /// Reads a data set from files, each in whichever known format it is in.
  ///
  /// The format is told by content: NPY and IDX by how they begin, and CSV is other text. Any may be
  /// gzipped. The names `.npy`, `.idx`, `…-ubyte` and `.csv`, `.tsv`, with `.gz` or without, promise a
  /// format, and content that is something else is an error.
  ///
  /// - Parameters:
  ///   - features: the file with the features, and in a table with the targets that `options` names.
  ///   - labels: a file with the targets, one row each; columns that `options` names as targets are
  ///     then this file's.
  ///   - options: how tables are read. `targetKind` and `classNames` hold for every format.
  /// - Throws: `.missingInput` or `.inputOutput` if a file cannot be read, `.invalidInput` for what
  ///   is in it, or if the two differ in their rows.
  public static func load(
    features: String, labels: String? = nil, options: CSVReader.Options = CSVReader.Options()
  ) throws(DescentError) -> Dataset {
    let labelFile: FileBytes?
    if let labels { labelFile = try FileBytes(contentsOf: labels) } else { labelFile = nil }
    return try load(
      features: FileBytes(contentsOf: features), labels: labelFile, options: options)
  }

  /// Reads a data set from the content of files; see `load(features:labels:options:)` with paths.
  public static func load(
    features: FileBytes, labels: FileBytes? = nil,
    options: CSVReader.Options = CSVReader.Options()
  ) throws(DescentError) -> Dataset {
    var featureOptions = options
    if labels != nil { featureOptions.targets = [] }
    var dataset: Dataset
    switch try DataFormat(of: features) {
    case .csv: dataset = try CSVReader.read(features, options: featureOptions)
    case let format:
      guard featureOptions.targets.isEmpty else {
        throw DescentError(
          .invalidInput, "a target column is wanted, but the file's columns have no names",
          at: features.name, advice: "name a file of labels instead")
      }
      if let weight = featureOptions.weight {
        throw DescentError(
          .invalidInput,
          "the column \(weight.excerpt) of weights is wanted, but the file's columns "
            + "have no names", at: features.name,
          advice: "only tables have weights; leave data.sample_weight out")
      }
      let (values, shape) = try format.readArray(features).features()
      dataset = Dataset(features: values, shape: shape)
    }
    guard let labels else { return dataset }

    let targets: Targets
    switch try DataFormat(of: labels) {
    case .csv:
      var labelOptions = options
      labelOptions.features = nil
      labelOptions.weight = nil
      targets = try CSVReader.readTargets(labels, options: labelOptions)
    case let format:
      let kind = options.classNames == nil ? options.targetKind : .classes
      targets = try format.readArray(labels).targets(kind: kind)
        .mapped(to: options.classNames, name: labels.name)
    }
    guard targets.count == dataset.count else {
      throw DescentError(
        .invalidInput,
        "there are \(dataset.count) rows in \(features.name) but \(targets.count) labels",
        at: labels.name, advice: "give the labels that belong to the features, one for each row")
    }
    dataset.targets = targets
    return dataset
  }
}

extension Dataset {
  /// Reads one file, a table by the encoding that a model was trained with where there is one.
  static func load(
    features: FileBytes, options: CSVReader.Options, encoding: TableEncoding?
  ) throws(DescentError) -> Dataset {
    guard let encoding, try DataFormat(of: features) == .csv else {
      return try load(features: features, options: options)
    }
    var options = options
    options.features = encoding.columns.map(\.name)
    var kinds: [String: RawTable.Kind] = [:]
    for column in encoding.columns {
      if case .number = column.kind {
        kinds[column.name] = .number
      } else {
        kinds[column.name] = .categorical
      }
    }
    let table = try RawTable(
      features, options: options, kinds: kinds, readsTargets: !options.targets.isEmpty)
    return try encoding.encode(table)
  }
}

extension Dataset.Targets {
  /// The number of rows.
  public var count: Int {
    switch self {
    case .classes(let indices, _): indices.count
    case .values(let values, let names): values.count / max(1, names.count)
    }
  }

  /// Classes with their indices in `classNames`; anything else as it is.
  func mapped(to classNames: [String]?, name: String) throws(DescentError) -> Dataset.Targets {
    guard let classNames, case .classes(let indices, let names) = self, names != classNames else {
      return self
    }
    let known = Dictionary(
      classNames.enumerated().map { ($0.element, Int32($0.offset)) },
      uniquingKeysWith: { first, _ in first })
    let places = names.map { known[$0] }
    var mapped: [Int32] = []
    mapped.reserveCapacity(indices.count)
    for (row, index) in indices.enumerated() {
      guard let place = places[Int(index)] else {
        throw DescentError(
          .invalidInput, "class '\(names[Int(index)])' is none of the model's classes",
          at: "\(name), row \(row + 1)",
          advice: "they are \(classNames.prefix(12).joined(separator: ", "))")
      }
      mapped.append(place)
    }
    return .classes(mapped, names: classNames)
  }
}
