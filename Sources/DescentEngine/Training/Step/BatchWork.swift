/// The rows' features.
final class GatherRows: RowWork {
  private let source: StepRows
  private let input: Matrix

  init(_ source: StepRows, into input: Matrix) {
    self.source = source
    self.input = input
  }

  override func perform(_ rows: Range<Int>) { source.gather(rows, into: input.rows(rows)) }
}

/// The rows' targets, costs and metrics.
final class CostRows: RowWork {
  /// What all workers share.
  struct Resources {
    let source: BatchSource
    let memory: BatchMemory
    let cost: any Cost
    /// The unit that the cost is computed in, where it is not the targets' own.
    let scaling: TargetScaling?
    let metrics: [any RowMetric]
    /// The outputs of the epoch's rows, where a metric needs them.
    let kept: UnsafeMutablePointer<Float>?
    /// How rows are mixed, where they are, and their targets with them.
    let mixing: AugmentationPlan?
    let step: UnsafePointer<StepPosition>
    let kernels: KernelSet
  }

  private let shared: Resources
  private let context: CostContext?
  private let output: Matrix

  init(_ shared: Resources, context: CostContext?, output: Matrix) {
    self.shared = shared
    self.context = context
    self.output = output
  }

  override func perform(_ rows: Range<Int>) {
    let step = shared.step.pointee
    let (memory, kernels) = (shared.memory, shared.kernels)
    shared.source.gatherTargets(
      step.order + step.firstRow + rows.lowerBound, into: memory.targets, rows: rows,
      kernels: kernels)
    if let mixing = shared.mixing {
      for row in rows {
        let place = step.firstRow + row
        guard let mixture = mixing.mixture(of: place, in: step.batch, epoch: step.epoch) else {
          continue
        }
        shared.source.mix(
          row, of: memory.targets, own: Int(step.order[place]),
          with: Int(step.order[mixture.partner]), share: mixing.share(mixture.mixture))
      }
    }
    guard let context else { return }
    shared.cost.evaluate(context, rows: rows, scaling: shared.scaling)
    for (metric, values) in zip(shared.metrics, memory.metrics) {
      metric.evaluate(output, targets: memory.targets, kernels: kernels, rows: rows, into: values)
    }
    if let kept = shared.kept {
      for row in rows {
        (kept + (step.firstRow + row) * output.columns).update(
          from: output.base + row * output.stride, count: output.columns)
      }
    }
  }
}
