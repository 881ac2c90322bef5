/// What networks say of rows that they were not trained on: with folds of every training row once, by the networks that it
/// validated, else of the validation rows, by the average.
struct HeldOut {
  let rows: Dataset
  let predictions: EpochPredictions?
  let result: EvaluationResult
  /// The networks that have predicted each row.
  private(set) var members: UnderstoodModels

  /// - Parameters:
  ///   - models: the members, in order.
  ///   - average: of all of them.
  ///   - record: what they were trained with.
  /// - Returns: nil where no rows were held out.
  /// - Throws: where rows and models do not fit.
  init?(
    _ models: [Model], average: Model, _ plan: EnsemblePlan, _ record: CheckpointRecord,
    data: RunData, all: Dataset, splits: [RowSplit], threads: Int
  ) throws(DescentError) {
    let configuration = record.configuration
    let metrics = configuration.metrics
    func evaluate(
      _ model: Model, _ rows: Dataset
    ) throws(DescentError) -> (cost: Double, metrics: [Double], predictions: EpochPredictions?) {
      try model.evaluate(
        on: rows, cost: configuration.cost, metrics: metrics, threads: threads,
        keepingPredictions: true)
    }
    func figures(_ count: Int, _ cost: Double, _ values: [Double]) -> EvaluationResult {
      EvaluationResult(
        rows: count, cost: cost, metrics: zip(metrics, values).map { ($0.name, $1) },
        data: "held-out rows")
    }
    guard let folds = plan.folds else {
      guard let validation = data.validation else { return nil }
      rows = validation
      members = UnderstoodModels(average)
      let (cost, values, predictions) = try evaluate(average, validation)
      self.predictions = predictions
      result = figures(validation.count, cost, values)
      return
    }
    rows = all
    let width = average.network.outputWidth
    var outputs = [Float](repeating: 0, count: all.count * width)
    var (cost, sums) = (0.0, metrics.map { _ in 0.0 })
    var (parts, judges): ([Int], [Model]) = (Array(repeating: 0, count: all.count), [])
    for (fold, split) in splits.enumerated() {
      let own = stride(from: fold, to: models.count, by: folds).map { models[$0] }
      let model = own.count == 1 ? own[0] : try Model.average(of: own)
      judges.append(model)
      for row in split.validation { parts[row] = fold }
      let part = all.subset(split.validation)
      let (partCost, values, predictions) = try evaluate(model, part)
      let share = Double(part.count) / Double(all.count)
      cost += share * partCost
      for index in sums.indices { sums[index] += share * values[index] }
      guard let predictions else { continue }
      for (place, row) in split.validation.enumerated() {
        for output in 0..<width {
          outputs[row * width + output] = predictions.predictions[place * width + output]
        }
      }
    }
    members = UnderstoodModels(judges, parts: parts)
    // What is right of the rows, as the cost wants it, comes with an evaluation, whatever the model says.
    predictions = try evaluate(average, all).predictions?.replacing(outputs)
    // Of what is a mean over rows the sum of the folds' shares is that of all; the rest is computed of all at once.
    for (index, metric) in metrics.enumerated() {
      if let metric = metric as? any EpochMetric, let predictions {
        sums[index] = metric.value(of: predictions)
      }
    }
    result = figures(all.count, cost, sums)
  }

  /// Lets the networks answer as the average does, of which this was found.
  mutating func take(_ fit: HeldOutFit) {
    members = members.changed {
      var model = $0.tempered(by: fit.temperature ?? 1) ?? $0
      model.signature.threshold = fit.answersAbove
      return model
    }
  }
}
