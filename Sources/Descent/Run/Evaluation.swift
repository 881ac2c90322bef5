import Kernels

/// Measures a saved model on rows with targets: what `descent evaluate` does.
public enum Evaluation {
  /// - Parameters:
  ///   - data: the rows; nil for the test rows of the run's config.
  ///   - labels: a file of labels beside the rows.
  ///   - target: the target columns of a table; empty for those of the config.
  /// - Throws: what is wrong with the model file or the data.
  public static func run(
    model path: String, data: String?, labels: String?, target: [String], threads: Int?,
    kernels: KernelSet = .best
  ) throws(DescentError) -> EvaluationResult {
    let reader = try CheckpointReader(path)
    let model = try reader.model(kernels: kernels)
    let training = try reader.training()
    let config = try reader.config().map { node throws(DescentError) in try RunConfig(node) }
    let dataset: Dataset
    let source: RunConfig.DataSource
    if let data {
      source = labels.map { .pair(features: data, labels: $0) } ?? .file(data)
    } else if let test = config?.data.test {
      source = test
    } else {
      throw DescentError(
        .usage, "the run's config names no test data", at: path,
        advice: "name the rows to evaluate on with --data (and --labels, or --target)")
    }
    let columns = target.isEmpty ? config?.data.target ?? [] : target
    dataset = try model.load(source, target: columns, config: config?.data)
    guard dataset.targets != nil else {
      throw DescentError(
        .invalidInput, "the rows have no targets", at: source.description,
        advice: "name the target column with --target, or a file of labels with --labels")
    }
    let (cost, metrics) = try model.evaluate(
      on: dataset, cost: training.cost, metrics: training.metrics, threads: threads)
    return EvaluationResult(
      rows: dataset.count, cost: cost,
      metrics: zip(training.metrics, metrics).map { ($0.name, $1) },
      data: source.description)
  }
}

extension Model {
  /// Reads rows with targets as this model takes them: columns by name, classes by its own numbers.
  func load(_ source: RunConfig.DataSource, target: [String], config: RunConfig.Data?)
    throws(DescentError) -> Dataset
  {
    var options = CSVReader.Options()
    options.delimiter = config?.delimiter?.asciiValue
    options.header = config?.header.map { $0 ? .present : .absent } ?? .detect
    options.targets = target
    if !signature.featureNames.isEmpty { options.features = signature.featureNames }
    let none: Dataset.Targets
    switch signature.outputs {
    case .classes(let names):
      options.targetKind = .classes
      options.classNames = names
      none = .classes([], names: names)
    case .values(let names):
      options.targetKind = .values
      none = .values([], names: names)
    }
    var dataset: Dataset
    switch source {
    case .file(let path): dataset = try Dataset.load(features: path, options: options)
    case .pair(let features, let labels):
      dataset = try Dataset.load(features: features, labels: labels, options: options)
    }
    let like = Dataset(features: .floats([]), shape: network.inputShape, targets: none)
    try dataset.adopt(like, source: source.description)
    return dataset
  }
}
