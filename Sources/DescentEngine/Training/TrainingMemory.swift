/// The memory that a run takes beside its rows, in floats: counted before any of it is taken.
///
/// Numbers are `Double`: what a config asks for may be beyond what an `Int` holds.
package enum TrainingMemory {
  /// Parameters, the transposed copies of kernels, and the optimizer's slots.
  package static func state(_ network: Network, _ optimizer: any Optimizer) -> Double {
    let layout = network.layout
    return Double(layout.totalCount) + Double(layout.copyCount)
      + Double(optimizer.allSlots.count) * Double(layout.trainableCount)
  }

  /// What steps work in: activations and gradients of a batch, what layers keep beside them, every worker's own memory,
  /// and the predictions of an epoch where a metric needs them.
  ///
  /// - Parameters:
  ///   - design: of the run's steps.
  ///   - rows: those trained on.
  ///   - exchange: what joins the engine with others. Where they share updates, it keeps its part of the slots beside those that
  ///     there may be whole.
  package static func steps(
    _ design: StepDesign, _ configuration: TrainingConfiguration, rows: Int,
    exchange: (any GradientExchange)? = nil
  ) -> Double {
    let (network, optimizer) = (design.network, configuration.optimizer)
    let layout = network.layout
    var floats = design.floats(slots: optimizer.slots.count)
    if optimizer.updates.needsWholeGradient || !design.share.isWhole {
      floats += WholeGradient.floats(layout, nodes: design.share.nodes.count)
    }
    let requirements = StepPhases.Requirements(
      of: optimizer, design.share, parameters: layout.trainableCount, exchange: exchange)
    if requirements.sharesUpdates {
      let divided = optimizer.allSlots.indices.count { optimizer.isDivided($0) }
      floats += Double(divided) * Double(layout.trainableCount) / Double(requirements.engines)
    }
    if optimizer is any FullBatchOptimizer { floats += 3 * Double(layout.trainableCount) }
    if optimizer.updates.useEMA { floats += Double(layout.totalCount + layout.copyCount) }
    floats += Double(
      design.workers * AugmentationPlan.floats(configuration, of: network.inputWidth))
    // Their order, twice while it is shuffled, and a target and a weight of each.
    floats += 4 * Double(rows)
    return floats + predictions(network, configuration.metrics, rows: rows)
  }

  /// What validating, evaluating or predicting takes: every worker's activations, and the outputs.
  ///
  /// - Parameter keepsOutputs: whether all outputs are kept in any case.
  static func inference(
    _ network: Network, _ metrics: [any Metric], rows: Int, threads: Int?, keepsOutputs: Bool
  ) -> Double {
    let shares = InferenceShares(of: rows, network: network, threads: threads)
    let activations = BufferPlan(
      network, rows: shares.chunk, shards: 1, isTraining: false, passesMaps: true
    ).floats
    let scratch =
      shares.areWithinLayers ? Double(shares.workers) * Double(network.scratchFloats) : 0
    return Double(shares.lanes) * activations + scratch + Double(metrics.count + 2) * Double(rows)
      + (keepsOutputs
        ? 3 * Double(rows) * Double(network.outputWidth)
        : predictions(network, metrics, rows: rows))
  }

  /// The predictions of all rows, where a metric needs them: kept, handed on, and their targets beside them.
  private static func predictions(_ network: Network, _ metrics: [any Metric], rows: Int) -> Double
  {
    metrics.contains { $0 is any EpochMetric } ? 3 * Double(rows) * Double(network.outputWidth) : 0
  }
}
