/// A trained network: predicts, and changes no more. Any number of threads may use one at once.
///
/// The first prediction takes memory, which the model and its copies keep for the next ones; from the second one of 2 to 64
/// rows on that includes the kernels of wide layers once more.
public struct Model: Sendable {
  public let network: Network
  public package(set) var signature: ModelSignature
  package let parameters: Parameters
  package let kernels: KernelSet
  private let predictor: Predictor

  package init(
    network: Network, signature: ModelSignature, parameters: Parameters, kernels: KernelSet = .best
  ) {
    self.network = network
    self.signature = signature
    self.parameters = parameters
    self.kernels = kernels
    predictor = Predictor(network: network, parameters: parameters, kernels: kernels)
  }

  /// The network's outputs for rows of raw features: preprocessing is part of the network.
  ///
  /// - Parameters:
  ///   - rows: each of the network's input width.
  ///   - threads: cores to use; all of them where nil. The result does not depend on it.
  /// - Returns: for each row the outputs: probabilities by class, or values.
  /// - Throws: where a row has another width; the row is named.
  public func predict(
    _ rows: [[Float]], threads: Int? = nil
  ) throws(DescentError) -> [[Float]] {
    for (index, row) in rows.enumerated() where row.count != network.inputWidth {
      throw DescentError(
        .invalidInput, "it has \(row.count) values", at: "row \(index + 1)",
        advice: "the model takes \(network.inputWidth)")
    }
    let outputs = try predict(
      Dataset(features: .floats(rows.flatMap { $0 }), shape: [network.inputWidth]),
      threads: threads)
    let width = network.outputWidth
    return rows.indices.map { Array(outputs[($0 * width)..<(($0 + 1) * width)]) }
  }

  /// The network's outputs for all rows of a data set, row-major, `network.outputWidth` for each.
  ///
  /// - Parameter threads: cores to use; all of them where nil. The result does not depend on it.
  /// - Throws: where the rows have another width than the network's input.
  public func predict(_ dataset: Dataset, threads: Int? = nil) throws(DescentError) -> [Float] {
    try predict(dataset, threads: threads, exchange: nil)
  }

  /// The same, together with others that predict other rows of the same data set; everyone gets the outputs for all rows.
  package func predict(
    _ dataset: Dataset, threads: Int?, exchange: (any GradientExchange)?
  ) throws(DescentError) -> [Float] {
    try dataset.check(role: "given")
    try requireWidth(dataset)
    try network.check(dataset)
    guard dataset.count > 0 else { return [] }
    return try predictor.predict(dataset, threads: threads, exchange: exchange)
  }

  /// The cost and the metrics' means on a data set with targets. Answers are those by the signature's threshold.
  ///
  /// - Throws: where rows or targets do not fit the network, the cost or a metric.
  public func evaluate(
    on dataset: Dataset, cost: any Cost, metrics: [any Metric], threads: Int? = nil
  ) throws(DescentError) -> (cost: Double, metrics: [Double]) {
    let result = try evaluate(
      on: dataset, cost: cost, metrics: metrics, threads: threads,
      keepingPredictions: signature.threshold != nil || metrics.contains { $0 is any EpochMetric })
    return (result.cost, result.metrics)
  }

  /// The same, and where it is asked for the predictions that the figures are computed from.
  /// - Parameters:
  ///   - scalesCost: see `TrainingConfiguration`.
  ///   - exchange: what joins this with others that evaluate other rows of the same; all come to the same.
  package func evaluate(
    on dataset: Dataset, cost: any Cost, metrics: [any Metric], scalesCost: Bool = true,
    threads: Int?, keepingPredictions: Bool, exchange: (any GradientExchange)? = nil
  ) throws(DescentError) -> (cost: Double, metrics: [Double], predictions: EpochPredictions?) {
    try cost.checkOptions()
    for metric in metrics { try metric.checkOptions() }
    let form = try cost.form(
      of: dataset, role: "evaluation", network: network, metrics: metrics)
    try predictor.requireMemory(
      for: dataset.count, metrics, threads: threads, keepsOutputs: keepingPredictions)
    let inference = Inference(
      network: network, parameters: parameters, kernels: kernels, threads: threads,
      dataset: dataset, form: form, cost: cost, metrics: metrics, scalesCost: scalesCost,
      threshold: signature.threshold)
    if let exchange { inference.exchange = exchange }
    return try inference.evaluate(
      keepingPredictions: keepingPredictions || signature.threshold != nil)
  }

  private func requireWidth(_ dataset: Dataset) throws(DescentError) {
    guard dataset.width == network.inputWidth else {
      throw DescentError(
        .invalidInput, "the rows have \(dataset.width) values",
        advice: "the model takes \(network.inputWidth) (shape \(network.inputShape))")
    }
  }
}
