extension Dataset {
  /// Reads a data set from files, each in whichever known format it is in.
  ///
  /// The format is told by content: NPY and IDX by how they begin, and CSV is other text. Any may be
  /// compressed. An NPZ or HDF5 file (`.npz`, `.h5`, `.hdf5`) holds named arrays: `data.npz:x` and `data.h5:/train/x`
  /// mean one of them, and without a name `features` or `x`, and `labels` or `y`, are looked for. The names `.npy`, `.idx`, `…-ubyte` and `.csv`, `.tsv`, with `.gz`, `.bz2`, `.xz`, `.zst`, `.zip` or without, promise a
  /// format, and content that is something else is an error.
  ///
  /// - Parameters:
  ///   - features: the file with the features, and in a table with the targets that `options` names.
  ///   - labels: a file with the targets, one row each; columns that `options` names as targets are
  ///     then this file's.
  ///   - weights: a file with the rows' weights, one number each.
  ///   - options: how tables are read. `targetKind` and `classNames` hold for every format.
  /// - Throws: `.missingInput` or `.inputOutput` if a file cannot be read, `.invalidInput` for what
  ///   is in it, or if the two differ in their rows.
  public static func load(
    features: String, labels: String? = nil, weights: String? = nil,
    options: CSVReader.Options = CSVReader.Options()
  ) throws(DescentError) -> Dataset {
    var options = options
    if weights != nil { options.weight = nil }
    var dataset: Dataset
    if ArrayArchive(features) != nil || labels.flatMap(ArrayArchive.init) != nil {
      dataset = try loadArchive(features: features, labels: labels, options: options)
    } else {
      let labelFile: FileBytes?
      if let labels { labelFile = try FileBytes(contentsOf: labels) } else { labelFile = nil }
      dataset = try load(
        features: FileBytes(contentsOf: features), labels: labelFile, options: options)
    }
    if let weights {
      try dataset.take(weights: loadWeights(weights, options), from: weights, features: features)
    }
    return dataset
  }

  /// A file of weights.
  private static func loadWeights(
    _ path: String, _ options: CSVReader.Options
  ) throws(DescentError) -> [Float] {
    if let archive = ArrayArchive(path) {
      guard let array = try archive.read(.weights) else { return [] }
      return try array.weights()
    }
    let file = try FileBytes(contentsOf: path)
    let format = try DataFormat(of: file)
    guard format == .csv else { return try format.readArray(file).weights() }
    let options = CSVReader.Options(
      delimiter: options.delimiter, header: options.header, targetKind: .values)
    guard case .values(let weights, let names) = try CSVReader.readTargets(file, options: options),
      names.count == 1
    else {
      throw DescentError(
        .invalidInput, "has several columns", at: path, advice: "give one weight for each row")
    }
    return weights
  }

  /// Reads features and labels of which one or both are arrays in an NPZ or HDF5 file.
  private static func loadArchive(
    features: String, labels: String?, options: CSVReader.Options
  ) throws(DescentError) -> Dataset {
    var dataset: Dataset
    var targets: Labels?
    if let archive = ArrayArchive(features) {
      guard options.targets.isEmpty else {
        throw DescentError(
          .invalidInput, "a target column is wanted, but an array's columns have no names",
          at: features, advice: "name an array of labels instead")
      }
      guard let array = try archive.read(.features) else {
        throw DescentError(.invalidInput, "has no array of features", at: features)
      }
      dataset = try Dataset(array, options)
      if labels == nil, archive.key == nil, let array = try archive.read(.labels) {
        targets = try Labels(array, options)
      }
      if archive.key == nil {
        let used = [array.name, targets?.name, options.weight.map { "\(archive.path):\($0)" }]
        dataset.arrays[0].others = try archive.names().filter { name in
          !used.contains {
            $0?.hasSuffix(":\(name)") ?? false || $0?.hasSuffix(":/\(name)") ?? false
          }
        }
      }
    } else {
      var featureOptions = options
      featureOptions.targets = []
      dataset = try load(features: FileBytes(contentsOf: features), options: featureOptions)
    }
    if let labels {
      try dataset.take(loadTargets(labels, options: options, rows: dataset), features: features)
    }
    if let targets { try dataset.take(targets, features: features) }
    if let weight = options.weight, let archive = ArrayArchive(features) {
      let path = "\(archive.path):\(weight)"
      do throws(DescentError) {
        try dataset.take(weights: loadWeights(path, options), from: path, features: features)
      } catch {
        if options.needsWeight || error.kind != .invalidInput { throw error }
      }
    }
    return dataset
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
      if let weight = featureOptions.weight, featureOptions.needsWeight {
        throw DescentError(
          .invalidInput,
          "the column \(weight.excerpt) of weights is wanted, but the file's columns "
            + "have no names", at: features.name,
          advice: "give the weights as a file, beside features and labels: weights")
      }
      dataset = try Dataset(format.readArray(features), options)
    }
    guard let labels else { return dataset }

    try dataset.take(
      loadTargets(labels, options: options, rows: dataset), features: features.name)
    return dataset
  }

  /// Takes the labels and the weights of files of their own.
  ///
  /// - Parameter features: what messages call the rows.
  package mutating func take(
    labels: String, weights: String?, options: CSVReader.Options, features: String
  ) throws(DescentError) {
    try take(Self.loadTargets(labels, options: options, rows: self), features: features)
    if let weights {
      try take(weights: Self.loadWeights(weights, options), from: weights, features: features)
    }
  }

  /// A file of labels, or an array in one.
  private static func loadTargets(
    _ labels: String, options: CSVReader.Options, rows: Dataset
  ) throws(DescentError) -> Labels {
    guard let archive = ArrayArchive(labels) else {
      return try loadTargets(FileBytes(contentsOf: labels), options: options, rows: rows)
    }
    guard let array = try archive.read(.labels) else {
      throw DescentError(
        .invalidInput, "has no array of labels", at: labels,
        advice: "name it, as in \(archive.path):y")
    }
    return try Labels(array, options)
  }

  private static func loadTargets(
    _ labels: FileBytes, options: CSVReader.Options, rows: Dataset
  ) throws(DescentError) -> Labels {
    switch try DataFormat(of: labels) {
    case .csv:
      var labelOptions = options
      labelOptions.features = nil
      labelOptions.weight = nil
      var table = try CSVReader.readTable(ofTargets: labels, options: labelOptions)
      if table.targets.count == rows.count + 1, table.report?.header == .assumedAbsent {
        // The rows say what the first line alone does not: 0 is the name that pandas gives to a column without one.
        labelOptions.header = .present
        table = try CSVReader.readTable(ofTargets: labels, options: labelOptions)
        table.report?.header = .assumedPresent
        table.report?.warnings.append(
          "the first line of \(labels.name) is taken for its column's name, as it has a line more than there are "
            + "rows; data.header says otherwise")
      }
      try rows.requireNoTargets(among: table.names, of: labels.name)
      var found = Labels(name: labels.name, targets: table.targets, decision: table.decision)
      found.report = table.report
      return found
    case let format: return try Labels(format.readArray(labels), options)
    }
  }

  /// - Throws: where a column of the features is called as one of the labels.
  private func requireNoTargets(
    among columns: [String], of labels: String
  ) throws(DescentError) {
    guard report?.header == .present, let name = columns.first(where: featureNames.contains) else {
      return
    }
    throw DescentError(
      .invalidInput, "the column '\(name)' of the labels is a feature too", at: labels,
      advice:
        "leave it out of the features, or name those that are to be learnt from: data.features")
  }

  /// Targets of a file or an array of their own, and why they are classes or values.
  private struct Labels {
    let name: String
    let targets: Targets
    let decision: TargetDecision
    /// The array that they were read from; nil for a table.
    var source: DataReport.Array?
    /// How the table was read.
    var report: TableReport?

    init(name: String, targets: Targets, decision: TargetDecision) {
      (self.name, self.targets, self.decision) = (name, targets, decision)
    }

    init(_ array: DataArray, _ options: CSVReader.Options) throws(DescentError) {
      name = array.name
      let decided = try array.decidedTargets(
        kind: options.classNames == nil ? options.targetKind : .classes,
        expected: options.expectedTarget)
      targets = try decided.targets.mapped(to: options.classNames, name: array.name)
      decision = decided.decision
      source = DataReport.Array(array, role: .labels)
    }
  }

  /// The rows of an array of features.
  private init(_ array: DataArray, _ options: CSVReader.Options) throws(DescentError) {
    let (values, shape) = try array.features(layout: options.imageLayout)
    self.init(features: values, shape: shape)
    arrays = [DataReport.Array(array, role: .features)]
    if array.shape.count == 4, options.imageLayout == .channelsFirst {
      arrays[0].content += ", their channels moved last"
    }
  }

  /// - Throws: where there are not as many targets as rows.
  private mutating func take(
    _ labels: Labels, features: String
  ) throws(DescentError) {
    guard labels.targets.count == count else {
      throw DescentError(
        .invalidInput,
        "there are \(count) rows in \(features) but \(labels.targets.count) labels",
        at: labels.name, advice: "give the labels that belong to the features, one for each row")
    }
    targets = labels.targets
    targetDecision = labels.decision
    arrays += labels.source.map { [$0] } ?? []
    labelReport = labels.report
  }

  /// - Throws: where there are not as many weights as rows, or one is no weight.
  private mutating func take(
    weights: [Float], from name: String, features: String
  ) throws(DescentError) {
    guard weights.count == count else {
      throw DescentError(
        .invalidInput,
        "there are \(count) rows in \(features) but \(weights.count) weights",
        at: name, advice: "give one weight for each row")
    }
    sampleWeights = weights
    arrays.append(DataReport.Array(name: name, role: .weights, content: "\(weights.count) numbers"))
    try checkSampleWeights()
  }
}

extension Dataset {
  /// Reads one file, a table by the encoding that a model was trained with where there is one, else as numbers. Rows
  /// of it without a target are left out.
  package static func load(
    path: String, options: CSVReader.Options, encoding: TableEncoding?
  ) throws(DescentError) -> Dataset {
    if ArrayArchive(path) != nil {
      try options.requireNoCarried(of: path)
      return try load(features: path, options: options)
    }
    return try load(
      features: FileBytes(contentsOf: path), options: options, encoding: encoding)
  }

  /// The same for a file's content.
  package static func load(
    features: FileBytes, options: CSVReader.Options, encoding: TableEncoding?
  ) throws(DescentError) -> Dataset {
    guard try DataFormat(of: features) == .csv else {
      try options.requireNoCarried(of: features.name)
      return try load(features: features, options: options)
    }
    let table = try RawTable(
      features, options: options, expecting: encoding.map { .encoded($0) } ?? .numbers)
    return try encoding?.encode(table) ?? table.rows
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
  package func mapped(to classNames: [String]?, name: String) throws(DescentError)
    -> Dataset.Targets
  {
    guard let classNames, case .classes(let indices, let names) = self, names != classNames else {
      return self
    }
    let known = Dictionary(
      classNames.enumerated().map { (LabelText($0.element), Int32($0.offset)) },
      uniquingKeysWith: { first, _ in first })
    let places = names.map { known[LabelText($0)] }
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
