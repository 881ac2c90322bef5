extension CSVReader.Options {
  /// How the tables of a run are read: the one place where its config and its model say so.
  ///
  /// - Parameters:
  ///   - config: what the run's config says; nil where there is none.
  ///   - target: the target columns; nil for the config's.
  ///   - model: what later rows have to match: columns are found by name, classes have its numbers, weights need not
  ///     be there. Nil for the rows that are learnt from.
  package init(
    _ config: DataConfig?, target: [String]? = nil, matching model: ModelSignature? = nil
  ) {
    self.init(
      delimiter: config?.delimiter?.asciiValue,
      header: config?.header.map { $0 ? .present : .absent } ?? .detect,
      targets: target ?? config?.target ?? [])
    weight = config?.sampleWeight
    targetKind = config?.targetKind
    expectedTarget = config?.expectedTarget
    if let config { take(config) }
    if model == nil { features = config?.features } else { needsWeight = false }
    // A model without names of columns leaves it at those.
    guard let model = model ?? config?.model else { return }
    if let encoding = model.encoding {
      features = encoding.columns.map(\.name)
    } else if !model.featureNames.isEmpty {
      features = model.featureNames
    }
    switch model.outputs {
    case .classes(let names): (targetKind, classNames) = (.classes, names)
    case .values: if config?.takesOwnTargets != true { targetKind = .values }
    }
  }

  /// Those for a file of features whose labels are in a file of their own, and whose weights may be.
  func ofFeatures(_ weights: String?) -> CSVReader.Options {
    var options = self
    options.targets = []
    if weights != nil { options.weight = nil }
    return options
  }

  /// - Throws: where columns are to go along with rows that have none by name.
  package func requireNoCarried(of rows: String) throws(DescentError) {
    guard let name = carried.first else { return }
    throw DescentError(
      .usage,
      "the column \(name.excerpt) is to go along, but these rows have no columns with names",
      at: rows, advice: "leave it out, or give the rows as a table: CSV")
  }

  /// How the text of a run's tables is to be understood.
  private mutating func take(_ config: DataConfig) {
    splitsAtBlanks = config.splitsAtBlanks
    (skippedLines, comment) = (config.skippedLines, config.comment?.asciiValue)
    (decimal, thousands) = (config.decimal, config.thousands)
    imageLayout = config.image?.layout
    (missingWords, replacesMissingWords) = (config.missingWords, config.replacesMissingWords)
  }
}
