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
      z.rows, z.columns, z.base, z.stride, targets.base, targets.stride, weights, output.costs,
      output.gradient.base, output.gradient.stride, probabilities, smoothing)
  }

  /// Binary cross-entropy of logits; with `probabilities` z becomes σ(z).
  public func sigmoidCrossEntropy(
    _ z: Matrix, targets: Matrix, weights: UnsafePointer<Float>?, probabilities: Bool,
    into output: CostOutput
  ) {
    table.kernels.sigmoidCrossEntropy(
      z.rows, z.columns, z.base, z.stride, targets.base, targets.stride, weights, output.costs,
      output.gradient.base, output.gradient.stride, probabilities)
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
      z.rows, z.columns, z.base, z.stride, targets.base, targets.stride, weights, output.costs,
      output.gradient.base, output.gradient.stride, probabilities, focus.gamma, focus.yes,
      focus.no)
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
      z.rows, z.columns, z.base, z.stride, targets.base, targets.stride, weights, output.costs,
      output.gradient.base, output.gradient.stride, probabilities, gamma, alpha, smoothing)
  }

  /// The quantile error, its quantiles padded to whole vectors: `count` of them, one or one for each column.
  public func quantileError(
    _ y: Matrix, targets: Matrix, weights: UnsafePointer<Float>?,
    quantiles: UnsafePointer<Float>, count: Int, into output: CostOutput
  ) {
    precondition(count == 1 || count == y.columns, "\(count) quantiles, \(y.columns) columns")
    table.kernels.quantileError(
      y.rows, y.columns, y.base, y.stride, targets.base, targets.stride, weights, output.costs,
      output.gradient.base, output.gradient.stride, quantiles, count)
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
    let kernel:
      @Sendable (
        Int, Int, KernelTable.Out, Int, KernelTable.In, Int, KernelTable.In?, KernelTable.Out,
        KernelTable.Out, Int
      ) -> Void
    switch kind {
    case .squaredError: kernel = table.kernels.squaredError
    case .binaryCrossEntropy: kernel = table.kernels.binaryCrossEntropy
    case .categoricalCrossEntropy: kernel = table.kernels.categoricalCrossEntropy
    case .absoluteError: kernel = table.kernels.absoluteError
    case .absolutePercentageError: kernel = table.kernels.absolutePercentageError
    case .squaredLogarithmicError: kernel = table.kernels.squaredLogarithmicError
    case .logCosh: kernel = table.kernels.logCosh
    case .poisson: kernel = table.kernels.poisson
    case .hinge: kernel = table.kernels.hinge
    case .squaredHinge: kernel = table.kernels.squaredHinge
    case .categoricalHinge: kernel = table.kernels.categoricalHinge
    case .divergence: kernel = table.kernels.divergence
    case .huber(let delta):
      return table.kernels.huber(
        y.rows, y.columns, y.base, y.stride, targets.base, targets.stride, weights, output.costs,
        output.gradient.base, output.gradient.stride, delta)
    case .binaryFocalCrossEntropy(let focus):
      return table.kernels.binaryFocalCrossEntropy(
        y.rows, y.columns, y.base, y.stride, targets.base, targets.stride, weights, output.costs,
        output.gradient.base, output.gradient.stride, focus.gamma, focus.yes, focus.no)
    case .categoricalFocalCrossEntropy(let gamma, let alpha):
      return table.kernels.categoricalFocalCrossEntropy(
        y.rows, y.columns, y.base, y.stride, targets.base, targets.stride, weights, output.costs,
        output.gradient.base, output.gradient.stride, gamma, alpha)
    }
    kernel(
      y.rows, y.columns, y.base, y.stride, targets.base, targets.stride, weights, output.costs,
      output.gradient.base, output.gradient.stride)
  }

  /// matches[i] = 1 where the row's largest element (the first of equals) is at its class, else 0.
  public func matchesOfLargest(
    _ y: Matrix, classes: UnsafePointer<Int32>, into matches: UnsafeMutablePointer<Float>
  ) {
    table.kernels.matchesOfLargest(y.rows, y.columns, y.base, y.stride, classes, matches)
  }
}
