/// An optimizer whose step looks at the cost in several places, of all rows at once: it needs `batch_size: all`.
///
/// The training step leaves the mean gradient of cost and penalty in the optimizer's first slot, where `update` puts
/// it, and moves nothing. Then `move` does, with the objective to ask.
public protocol FullBatchOptimizer: Optimizer {
  /// Moves the parameters.
  /// - Parameter rate: the step's learning rate.
  func move(_ objective: FullBatchObjective, rate: Double)
}
