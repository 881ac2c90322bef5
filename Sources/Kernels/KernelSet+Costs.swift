extension KernelSet {
  /// Where a cost kernel writes: the cost of each row, and ∂cost/∂prediction.
  public struct CostOutput {
    public var costs: UnsafeMutablePointer<Float>
    public var gradient: Matrix

    public init(costs: UnsafeMutablePointer<Float>, gradient: Matrix) {
      self.costs = costs
      self.gradient = gradient
    }
  }

  /// Cross-entropy of logits against one class per row; with `probabilities` z becomes softmax(z).
  public func softmaxCrossEntropy(
    _ z: Matrix, classes: UnsafePointer<Int32>, weights: UnsafePointer<Float>?,
    probabilities: Bool, into output: CostOutput
  ) {
    table.softmaxCrossEntropyOfClasses(
      z.rows, z.columns, z.base, z.stride, classes, weights, output.costs, output.gradient.base,
      output.gradient.stride, probabilities)
  }

  /// Cross-entropy of logits against a distribution per row; with `probabilities` z becomes softmax(z).
  public func softmaxCrossEntropy(
    _ z: Matrix, targets: Matrix, weights: UnsafePointer<Float>?, probabilities: Bool,
    into output: CostOutput
  ) {
    table.softmaxCrossEntropyOfDistributions(
      z.rows, z.columns, z.base, z.stride, targets.base, targets.stride, weights, output.costs,
      output.gradient.base, output.gradient.stride, probabilities)
  }

  /// Binary cross-entropy of logits; with `probabilities` z becomes σ(z).
  public func sigmoidCrossEntropy(
    _ z: Matrix, targets: Matrix, weights: UnsafePointer<Float>?, probabilities: Bool,
    into output: CostOutput
  ) {
    table.sigmoidCrossEntropy(
      z.rows, z.columns, z.base, z.stride, targets.base, targets.stride, weights, output.costs,
      output.gradient.base, output.gradient.stride, probabilities)
  }

  /// A cost that is computed from the prediction and the targets, element by element.
  public enum ElementwiseCost: Sendable {
    case squaredError, binaryCrossEntropy, categoricalCrossEntropy
  }

  public func cost(
    _ kind: ElementwiseCost, _ y: Matrix, targets: Matrix, weights: UnsafePointer<Float>?,
    into output: CostOutput
  ) {
    let kernel =
      switch kind {
      case .squaredError: table.squaredError
      case .binaryCrossEntropy: table.binaryCrossEntropy
      case .categoricalCrossEntropy: table.categoricalCrossEntropy
      }
    kernel(
      y.rows, y.columns, y.base, y.stride, targets.base, targets.stride, weights, output.costs,
      output.gradient.base, output.gradient.stride)
  }

  /// matches[i] = 1 where the row's largest element (the first of equals) is at its class, else 0.
  public func matchesOfLargest(
    _ y: Matrix, classes: UnsafePointer<Int32>, into matches: UnsafeMutablePointer<Float>
  ) {
    table.matchesOfLargest(y.rows, y.columns, y.base, y.stride, classes, matches)
  }
}
