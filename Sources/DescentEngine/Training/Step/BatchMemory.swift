/// A mini-batch's targets, and what is computed for each of its rows: its cost and its metrics.
package final class BatchMemory: @unchecked Sendable {
  package let targets: BatchTargets
  package let costs: UnsafeMutablePointer<Float>
  package let metrics: [UnsafeMutablePointer<Float>]
  private let memory: AlignedFloats
  private let values: (memory: AlignedFloats, matrix: Matrix)?
  private let classes: UnsafeMutablePointer<Int32>?

  package init(
    capacity: Int, form: TargetForm?, outputs: Int, metrics count: Int, isWeighted: Bool = false,
    threshold: Float = 0.5
  ) {
    let stride = Matrix.padded(capacity)
    memory = AlignedFloats(count: stride * (count + (isWeighted ? 2 : 1)))
    costs = memory.base
    metrics = (0..<count).map { [memory] in memory.base + stride * ($0 + 1) }
    if form == .classes {
      let pointer = UnsafeMutablePointer<Int32>.allocate(capacity: capacity)
      pointer.initialize(repeating: 0, count: capacity)
      classes = pointer
      values = nil
    } else {
      classes = nil
      values = form == nil ? nil : AlignedFloats.matrix(rows: capacity, columns: outputs)
    }
    targets = BatchTargets(
      form: form ?? .values, classes: classes, values: values?.matrix,
      weights: isWeighted ? memory.base + stride * (count + 1) : nil, threshold: threshold)
  }

  deinit { classes?.deallocate() }

  /// A cost's view of `rows` rows of `execution`'s output.
  package func costContext(_ execution: Execution, rows: Int) -> CostContext? {
    guard let gradient = execution.outputGradient else { return nil }
    return CostContext(
      kernels: execution.kernels, prediction: execution.output.rows(0..<rows),
      gradient: gradient.rows(0..<rows), costs: costs, targets: targets,
      tookActivationOver: execution.costTakesActivation)
  }
}
