extension Dataset {
  /// Reads the rows of a source that a config or a command line names.
  ///
  /// - Parameters:
  ///   - config: how the run's config reads tables; nil where there is none.
  ///   - target: the target columns of a table; nil for the config's.
  ///   - model: what the rows have to match: a model's columns, encoding and classes. Nil for rows that are learnt from.
  ///   - shape: that of the rows which a model takes.
  /// - Throws: what is wrong with a file, or where it does not match.
  package static func load(
    _ source: DataSource, config: DataConfig?, target: [String]? = nil,
    matching model: ModelSignature? = nil, shape: [Int]? = nil
  ) throws(DescentError) -> Dataset {
    let options = CSVReader.Options(config, target: target, matching: model)
    var dataset: Dataset
    switch source {
    case .file(let path):
      if let images = try images(at: path) {
        return try load(
          images, options: config?.image ?? ImageOptions(), matching: model ?? config?.model,
          shape: shape)
      }
      dataset = try load(path: path, options: options, encoding: model?.encoding)
    case .pair(let features, let labels, let weights):
      guard !ImageFolder.isFolder(features) else {
        throw DescentError(
          .invalidInput, "is a folder, and images have no file of labels", at: features,
          advice: ImageFolder.labelAdvice)
      }
      if let encoding = model?.encoding {
        dataset = try load(path: features, options: options.ofFeatures(weights), encoding: encoding)
        try dataset.take(labels: labels, weights: weights, options: options, features: features)
      } else {
        dataset = try load(features: features, labels: labels, weights: weights, options: options)
      }
    }
    if let shape, shape.count == 3, dataset.shape.count == 3, dataset.shape != shape,
      dataset.width == width(of: shape)
    {
      throw DescentError(
        .invalidInput,
        "its rows are \(dataset.shape), and those of the training data \(shape)",
        at: source.description, advice: "give rows of [height, width, channels] as those were")
    }
    if let shape, dataset.width != width(of: shape) {
      throw DescentError(
        .invalidInput,
        "its rows have \(dataset.width) values, those of the training data \(width(of: shape))",
        at: source.description)
    }
    return dataset
  }
}

extension DataSource {
  /// The files' paths.
  package var paths: [String] {
    switch self {
    case .file(let path): [path]
    case .pair(let features, let labels, let weights):
      [features, labels] + (weights.map { [$0] } ?? [])
    }
  }
}

extension DataSource: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let path), .pair(let path, _, _): path
    }
  }
}
