/// Measures a saved model on rows with targets: what `descent evaluate` does.
public enum Evaluation {
  /// - Parameters:
  ///   - data: the rows; nil for the test rows of the run's config.
  ///   - labels: a file of labels beside the rows.
  ///   - weights: a file of weights beside them. Tables have theirs in the column that the config names.
  ///   - target: the target columns of a table; empty for those of the config.
  ///   - explains: whether it is looked at what the model makes of a table's columns.
  ///   - threshold: the probability of the second of two classes above which that is the answer; nil: the model's own.
  ///   - ranks: those that all do the same; each takes some of the rows.
  /// - Throws: what is wrong with the model file or the data.
  public static func run(
    model path: String, data: String?, labels: String?, weights: String? = nil, target: [String],
    explains: Bool = false, threshold: Double? = nil, threads: Int?, kernels: KernelSet = .best,
    ranks: Ranks? = nil
  ) throws(DescentError) -> EvaluationResult {
    func subject() throws(DescentError) -> Subject {
      try Subject(
        model: path, data: data, labels: labels, weights: weights, target: target,
        threshold: threshold, kernels: kernels)
    }
    let subject =
      if let ranks {
        try ranks.agree(on: "rows or another model", subject) { subject throws(DescentError) in
          try subject.dataset.fingerprint + " " + subject.model.fingerprint
        }
      } else { try subject() }
    let (reader, model, training) = (subject.reader, subject.model, subject.training)
    let (dataset, source, metrics) = (subject.dataset, subject.source, subject.metrics)
    let (cost, values, epoch) = try model.evaluate(
      on: dataset, cost: training.cost, metrics: metrics, scalesCost: training.scalesCost,
      threads: threads, keepingPredictions: true, exchange: ranks?.exchange())
    var result = EvaluationResult(
      rows: dataset.count, cost: cost, metrics: zip(metrics, values).map { ($0.name, $1) },
      data: source.description, isWeighted: dataset.sampleWeights != nil)
    result.warnings = dataset.readingRemarks
    result.threshold = model.signature.threshold
    if explains {
      let held = try reader.heldOut(outputs: model.network.outputWidth)
      result.understanding = try Understanding(
        model, on: dataset, errors: held?.errors.first, cost: training.cost, effort: .much,
        threads: threads)
      if result.understanding == nil {
        result.warnings.append(
          "there is nothing to explain: the rows are no table's, or several answers may be right at once"
        )
      }
    }
    let hasConfusion =
      epoch?.isMultiLabel ?? false || model.network.outputWidth <= ConfusionMatrix.mostClasses
    if let epoch, hasConfusion,
      training.cost.asksQuestions(dataset.targets, of: model.network.output)
    {
      let confusions = epoch.confusions
      let names = model.signature.outputs.names
      if epoch.isMultiLabel {
        result.classes = zip(names, confusions).map { ($0, $1.counts(of: 1)) }
      } else if let confusion = confusions.first {
        result.confusion = confusion
        result.classes = (0..<confusion.classes).map { index in
          (
            names.count == confusion.classes ? names[index] : String(index),
            confusion.counts(of: index)
          )
        }
      }
    }
    return result
  }

  /// A model, and the rows that it is measured on.
  private struct Subject {
    let reader: CheckpointReader
    let model: Model
    let training: TrainingConfiguration
    let dataset: Dataset
    let source: DataSource
    let metrics: [any Metric]

    init(
      model path: String, data: String?, labels: String?, weights: String?, target: [String],
      threshold: Double?, kernels: KernelSet
    ) throws(DescentError) {
      reader = try CheckpointReader(path)
      var model = try reader.model(kernels: kernels)
      training = try reader.training()
      if let threshold {
        try model.answer(above: threshold, training.cost.scale(of: model.network.output), path)
      }
      self.model = model
      let config = try reader.config().map { node throws(DescentError) in try RunConfig(node) }
      if let data {
        source = labels.map { .pair(features: data, labels: $0, weights: weights) } ?? .file(data)
      } else if let test = config?.data.test {
        source = test
      } else {
        throw DescentError(
          .usage, "the run's config names no test data", at: path,
          advice: "name the rows to evaluate on with --data (and --labels, or --target)")
      }
      dataset = try Dataset.load(
        source, config: config?.data, target: target.isEmpty ? nil : target,
        matching: model.signature, shape: model.network.inputShape)
      try dataset.checkSampleWeights()
      guard dataset.targets != nil else {
        throw DescentError(
          .invalidInput, "the rows have no targets", at: source.description,
          advice: dataset.images == nil
            ? "name the target column with --target, or a file of labels with --labels"
            : ImageFolder.labelAdvice)
      }
      metrics =
        training.metrics
        + model.fittingMetrics(
          for: dataset, cost: training.cost, beside: training.metrics)
    }
  }
}

extension Model {
  /// A hash of all parameters.
  var fingerprint: String {
    let values = parameters.values
    return String(
      XXH64.hash(UnsafeRawBufferPointer(start: values.base, count: values.count * 4), seed: 0),
      radix: 16)
  }

  /// The metrics that fit a data set's targets, without those there are.
  fileprivate func fittingMetrics(
    for dataset: Dataset, cost: any Cost, beside known: [any Metric]
  ) -> [any Metric] {
    var metrics: [any Metric] =
      if cost.asksQuestions(dataset.targets, of: network.output) {
        [
          Accuracy(), TopKAccuracy(), BalancedAccuracy(), Precision(), Recall(), F1Score(),
          ROCAUC(), AveragePrecision(), LogLoss(), MatthewsCorrelation(),
        ]
      } else {
        [
          MeanAbsoluteError(), RootMeanSquaredError(), R2Score(), MeanAbsolutePercentageError(),
          ExplainedVariance(),
        ]
      }
    let names = Set(known.map(\.name))
    let form = try? dataset.targets.map { targets in
      try cost.targetForm(for: network.output, targets: targets)
    }
    metrics.removeAll { metric in
      names.contains(metric.name) || !(form.map { metric.accepts($0) } ?? false)
        || metric.needsProbabilities && !cost.scale(of: network.output).givesProbabilities
        || metric is TopKAccuracy && network.outputWidth <= 5
        || metric is any EpochMetric && form != .values
          && network.outputWidth > ConfusionMatrix.mostClasses
    }
    return metrics
  }
}
