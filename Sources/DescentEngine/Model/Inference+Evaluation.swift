/// What predictions are worth beside the targets.
extension Inference {
  /// The cost Σ wᵢ·ℓᵢ / N of all rows, by the weights that the data set gives them, and the metrics.
  /// - Throws: where the rows cannot be had.
  func evaluate() throws(DescentError) -> (cost: Double, metrics: [Double]) {
    let (cost, values, _) = try evaluate(
      keepingPredictions: metrics.contains { $0 is any EpochMetric })
    return (cost, values)
  }

  /// The same, and the predictions that metrics of the whole epoch are computed from, where they are wanted.
  func evaluate(keepingPredictions: Bool) throws(DescentError) -> (
    cost: Double, metrics: [Double], predictions: EpochPredictions?
  ) {
    let memory = (0...rowMetrics.count).map { _ in AlignedFloats(count: source.count) }
    values = memory.map(\.base)
    let outputs = keepingPredictions ? try predict() : []
    if !keepingPredictions { run() }
    try requireRows()
    values = []
    for column in memory { try gather(column.base) }
    let means = memory.map { column in
      (0..<source.count).reduce(0.0) { $0 + Double(column.base[$1]) } / Double(source.count)
    }
    var results = [Double](repeating: .nan, count: metrics.count)
    for ((_, index), mean) in zip(rowMetrics, means.dropFirst()) { results[index] = mean }
    guard keepingPredictions, let form = source.form else { return (means[0], results, nil) }
    let targets = indices.withUnsafeBufferPointer { source.targets(in: $0) }
    var epoch = EpochPredictions(
      form: form, outputs: network.outputWidth, predictions: outputs, classes: targets.classes,
      values: targets.values, scale: cost?.scale(of: network.output) ?? .probabilities,
      names: source.targetNames)
    if let threshold, epoch.isOfTwo { epoch.threshold = threshold }
    for (index, metric) in metrics.enumerated() {
      if let metric = metric as? any EpochMetric { results[index] = metric.figure(of: epoch) }
      // Row by row it goes by one half.
      if metric is Accuracy, epoch.threshold != nil {
        results[index] = epoch.confusions[0].accuracy
      }
    }
    return (means[0], results, epoch)
  }
}
