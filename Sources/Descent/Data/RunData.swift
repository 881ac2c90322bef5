import Foundation

/// The rows of a run: read as its config says, divided, and checked against each other.
struct RunData {
  var training: Dataset
  var validation: Dataset?
  var test: Dataset?

  /// - Throws: what is wrong with a file, or where files do not fit each other.
  init(_ config: RunConfig) throws(DescentError) {
    let all = try Self.load(config.data.train, config.data, like: nil)
    guard all.targets != nil else {
      throw DescentError(
        .invalidInput, "the training data has no targets", at: config.data.train.description,
        advice: "name the column to be predicted: data.target (--target on the command line)")
    }
    guard all.count > 0 else {
      throw DescentError(
        .invalidInput, "the training data has no rows", at: config.data.train.description)
    }
    training = all
    switch config.data.validation {
    case .fraction(let fraction)?:
      (training, validation) = try all.split(
        validationFraction: fraction, seed: UInt64(config.seed))
    case .source(let source)?: validation = try Self.load(source, config.data, like: all)
    case nil: break
    }
    if let source = config.data.test { test = try Self.load(source, config.data, like: all) }
  }

  /// Reads one source; where there is a `model` data set, with its columns and classes.
  static func load(_ source: RunConfig.DataSource, _ config: RunConfig.Data, like model: Dataset?)
    throws(DescentError) -> Dataset
  {
    var options = CSVReader.Options()
    options.delimiter = config.delimiter?.asciiValue
    options.header = config.header.map { $0 ? .present : .absent } ?? .detect
    options.targets = config.target
    if model == nil { options.weight = config.sampleWeight }
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
    case .file(let path): dataset = try Dataset.load(features: path, options: options)
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
