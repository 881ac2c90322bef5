extension CSVReader.Options {
  /// How the tables of a run are read: the one place where its config and its model say so.
  ///
  /// - Parameters:
  ///   - config: what the run's config says; nil where there is none.
  ///   - target: the target columns; nil for the config's.
  ///   - model: what later rows have to match: columns are found by name, classes have its numbers, weights need not
  ///     be there. Nil for the rows that are learnt from.
  init(
    _ config: RunConfig.Data?, target: [String]? = nil, matching model: ModelSignature? = nil
  ) {
    self.init(
      delimiter: config?.delimiter?.asciiValue,
      header: config?.header.map { $0 ? .present : .absent } ?? .detect,
      targets: target ?? config?.target ?? [])
    weight = config?.sampleWeight
    targetKind = config?.targetKind
    expectedTarget = config?.expectedTarget
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
    case .values: targetKind = .values
    }
  }
}
