/// Rows as a step of training gathers and augments them, to be looked at.
package struct AugmentedRows {
  private let configuration: TrainingConfiguration
  private let dataset: Dataset
  private let order: [UInt32]
  private let kernels: KernelSet

  /// - Parameter rows: the numbers of those that make up a batch.
  /// - Throws: where they cannot be augmented.
  package init(
    _ rows: [Int], of dataset: Dataset, _ configuration: TrainingConfiguration, kernels: KernelSet
  ) throws(DescentError) {
    try configuration.checkAugmentation(of: dataset)
    self.configuration = configuration
    self.dataset = dataset
    self.kernels = kernels
    order = rows.map { UInt32($0) }
  }

  /// The rows as the batch, were it the only one, would be learnt from in an epoch.
  /// - Throws: where they cannot be had.
  package func values(epoch: Int) throws(DescentError) -> [[Float]] {
    let source = BatchSource(dataset, form: nil, outputs: 1)
    let plan = AugmentationPlan(configuration, of: dataset)
    let memory = AlignedFloats.matrix(rows: order.count, columns: dataset.width)
    let values = order.withUnsafeBufferPointer { order -> [[Float]] in
      guard let base = order.baseAddress else { return [] }
      var position = StepPosition(order: base)
      (position.epoch, position.batch) = (epoch, 0..<order.count)
      return withUnsafePointer(to: &position) { position in
        StepRows(
          source, step: position, augmenter: plan.map { RowAugmenter($0) }, kernels: kernels
        ).gather(0..<order.count, into: memory.matrix)
        return (0..<order.count).map { Array(memory.matrix.row($0)) }
      }
    }
    if let failure = source.failure { throw failure }
    return values
  }
}
