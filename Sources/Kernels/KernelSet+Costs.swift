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

  /// As cost kernels are handed what they work on.
  private func operands(
    _ y: Matrix, _ targets: Matrix, _ weights: UnsafePointer<Float>?, _ output: CostOutput
  ) -> (
    rows: Int, columns: Int, y: KernelTable.Out, yStride: Int, targets: KernelTable.In,
    targetStride: Int, weights: KernelTable.In?, costs: KernelTable.Out, d: KernelTable.Out,
    dStride: Int
  ) {
    (
      y.rows, y.columns, y.base, y.stride, UnsafePointer(targets.base), targets.stride, weights,
      output.costs, output.gradient.base, output.gradient.stride
    )
  }

  /// Cross-entropy of logits against one class per row; with `probabilities` z becomes softmax(z).
  ///
  /// - Parameter smoothing: the share of every target that is spread evenly over all classes.
  public func softmaxCrossEntropy(
    _ z: Matrix, classes: UnsafePointer<Int32>, weights: UnsafePointer<Float>?,
    probabilities: Bool, smoothing: Float = 0, into output: CostOutput
  ) {
    table.kernels.softmaxCrossEntropyOfClasses(
      z.rows, z.columns, z.base, z.stride, classes, weights, output.costs, output.gradient.base,
      output.gradient.stride, probabilities, smoothing)
  }

  /// Cross-entropy of logits against a distribution per row; with `probabilities` z becomes softmax(z).
  public func softmaxCrossEntropy(
    _ z: Matrix, targets: Matrix, weights: UnsafePointer<Float>?, probabilities: Bool,
    smoothing: Float = 0, into output: CostOutput
  ) {
    table.kernels.softmaxCrossEntropyOfDistributions(
      operands(z, targets, weights, output), probabilities, smoothing)
  }

  /// Binary cross-entropy of logits; with `probabilities` z becomes σ(z).
  public func sigmoidCrossEntropy(
    _ z: Matrix, targets: Matrix, weights: UnsafePointer<Float>?, probabilities: Bool,
    into output: CostOutput
  ) {
    table.kernels.sigmoidCrossEntropy(operands(z, targets, weights, output), probabilities)
  }

  /// How much focal cross-entropy counts yes and no, and how little what is right already.
  public struct BinaryFocus: Sendable, Equatable {
    public var gamma: Float
    public var yes: Float
    public var no: Float

    public init(gamma: Float, yes: Float, no: Float) {
      self.gamma = gamma
      self.yes = yes
      self.no = no
    }
  }

  /// Binary focal cross-entropy of logits; with `probabilities` z becomes σ(z).
  public func sigmoidFocalCrossEntropy(
    _ z: Matrix, targets: Matrix, weights: UnsafePointer<Float>?, focus: BinaryFocus,
    probabilities: Bool, into output: CostOutput
  ) {
    table.kernels.sigmoidFocalCrossEntropy(
      operands(z, targets, weights, output), probabilities, focus.gamma, focus.yes, focus.no)
  }

  /// Categorical focal cross-entropy of logits against a distribution per row; with `probabilities` z becomes
  /// softmax(z).
  ///
  /// - Parameter smoothing: the share of every target that is spread evenly over all classes.
  public func softmaxFocalCrossEntropy(
    _ z: Matrix, targets: Matrix, weights: UnsafePointer<Float>?, gamma: Float, alpha: Float,
    smoothing: Float, probabilities: Bool, into output: CostOutput
  ) {
    table.kernels.softmaxFocalCrossEntropy(
      operands(z, targets, weights, output), probabilities, gamma, alpha, smoothing)
  }

  /// The quantile error, its quantiles padded to whole vectors: `count` of them, one or one for each column.
  public func quantileError(
    _ y: Matrix, targets: Matrix, weights: UnsafePointer<Float>?,
    quantiles: UnsafePointer<Float>, count: Int, into output: CostOutput
  ) {
    precondition(count == 1 || count == y.columns, "\(count) quantiles, \(y.columns) columns")
    table.kernels.quantileError(operands(y, targets, weights, output), quantiles, count)
  }

  /// A cost that is computed from the prediction and the targets.
  public enum ElementwiseCost: Sendable, Equatable {
    case squaredError, binaryCrossEntropy, categoricalCrossEntropy
    case absoluteError, absolutePercentageError, squaredLogarithmicError, logCosh, poisson
    case hinge, squaredHinge, categoricalHinge, divergence
    case huber(delta: Float)
    case binaryFocalCrossEntropy(BinaryFocus)
    case categoricalFocalCrossEntropy(gamma: Float, alpha: Float)
  }

  public func cost(
    _ kind: ElementwiseCost, _ y: Matrix, targets: Matrix, weights: UnsafePointer<Float>?,
    into output: CostOutput
  ) {
    let operands = operands(y, targets, weights, output)
    switch kind {
    case .squaredError: table.kernels.squaredError(operands)
    case .binaryCrossEntropy: table.kernels.binaryCrossEntropy(operands)
    case .categoricalCrossEntropy: table.kernels.categoricalCrossEntropy(operands)
    case .absoluteError: table.kernels.absoluteError(operands)
    case .absolutePercentageError: table.kernels.absolutePercentageError(operands)
    case .squaredLogarithmicError: table.kernels.squaredLogarithmicError(operands)
    case .logCosh: table.kernels.logCosh(operands)
    case .poisson: table.kernels.poisson(operands)
    case .hinge: table.kernels.hinge(operands)
    case .squaredHinge: table.kernels.squaredHinge(operands)
    case .categoricalHinge: table.kernels.categoricalHinge(operands)
    case .divergence: table.kernels.divergence(operands)
    case .huber(let delta): table.kernels.huber(operands, delta)
    case .binaryFocalCrossEntropy(let focus):
      table.kernels.binaryFocalCrossEntropy(operands, focus.gamma, focus.yes, focus.no)
    case .categoricalFocalCrossEntropy(let gamma, let alpha):
      table.kernels.categoricalFocalCrossEntropy(operands, gamma, alpha)
    }
  }

  /// matches[i] = 1 where the row's largest element (the first of equals) is at its class, else 0.
  public func matchesOfLargest(
    _ y: Matrix, classes: UnsafePointer<Int32>, into matches: UnsafeMutablePointer<Float>
  ) {
    table.kernels.matchesOfLargest(y.rows, y.columns, y.base, y.stride, classes, matches)
  }
}
