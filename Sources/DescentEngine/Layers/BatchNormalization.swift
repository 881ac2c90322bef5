/// y = γ·(x − μ)/√(σ² + ε) + β per column (Ioffe & Szegedy 2015).
///
/// In training μ and σ² are the mini-batch's own, over all its rows (of a feature map over all positions), summed shard
/// after shard, and the moving averages follow: moving = momentum·moving + (1 − momentum)·batch. In inference the moving
/// averages are used, as they are where the layer is not trainable. Parameters in Keras' order: gamma, beta, moving_mean,
/// moving_variance.
public struct BatchNormalization: Layer, TabledComponent {
  public static let kind = "batch_normalization"
  public static let summary = "Normalises each column by the statistics of the mini-batch."
  public static let table = ConfigTable(
    BatchNormalization(),
    .option(
      "momentum", .number(.from(0, to: 1)), \.momentum,
      "The share of the old value in the moving averages."),
    .option("epsilon", .number(.above(0)), \.epsilon, "Added to the variance."),
    .trainable(\.isTrainable),
    .name(\.name))

  public private(set) var momentum: Double
  public private(set) var epsilon: Double
  public private(set) var isTrainable: Bool
  public private(set) var name: String?

  public init(
    momentum: Double = 0.99, epsilon: Double = 1e-3, isTrainable: Bool = true, name: String? = nil
  ) {
    self.isTrainable = isTrainable
    self.momentum = momentum
    self.epsilon = epsilon
    self.name = name
  }

  public var takesPositions: Bool { true }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    [
      ParameterSpecification("gamma", shape: input, initializer: Ones()),
      ParameterSpecification("beta", shape: input, initializer: Zeros()),
      ParameterSpecification(
        "moving_mean", shape: input, initializer: Zeros(), isTrainable: false),
      ParameterSpecification(
        "moving_variance", shape: input, initializer: Ones(), isTrainable: false),
    ]
  }

  /// Mean, 1/√(variance + ε), γ times that, Σ d and Σ d·x̂: one value per column each.
  public func workspace(for input: [Int]) -> [Workspace] {
    Array(repeating: .columns(width: input[0]), count: 5)
  }

  /// Σ x; Σ (x − μ)²; Σ d and Σ d·x̂.
  public var batchSums: [BatchSum] {
    isTrainable
      ? [
        BatchSum(before: .forward), BatchSum(before: .forward),
        BatchSum(before: .backward, count: 2),
      ] : []
  }

  /// Whether this batch's statistics are used rather than the moving averages.
  private func usesBatch(_ context: LayerContext) -> Bool { context.isTraining && isTrainable }

  /// Otherwise the gain γ/√(moving variance + ε) is the same for every row.
  public func prepare(_ context: LayerContext) {
    guard !usesBatch(context) else { return }
    let (_, _, gain) = statistics(context, 0..<context.input.columns)
    for column in 0..<gain.columns {
      let variance = context.parameters[3][0, column]
      gain[0, column] =
        context.parameters[0][0, column] / (variance + Float(epsilon)).squareRoot()
    }
  }

  public func sum(
    _ number: Int, _ context: LayerContext, columns: Range<Int>, into sums: Matrix
  ) {
    let x = context.input.columns(columns)
    let (mean, inverse, _) = statistics(context, columns)
    switch number {
    case 0: context.kernels.columnSums(x, shards: context.shards, into: sums)
    case 1:
      context.kernels.columnSquaredDeviations(x, mean: mean, shards: context.shards, into: sums)
    default:
      guard let d = context.outputGradient?.columns(columns) else { return }
      context.kernels.columnSums(d, shards: context.shards, into: sums.rows(0..<1))
      context.kernels.columnNormalizedProducts(
        d, x, mean: mean, scale: inverse, shards: context.shards, into: sums.rows(1..<2))
    }
  }

  public func take(
    _ number: Int, _ sums: Matrix, _ context: LayerContext, columns: Range<Int>
  ) {
    switch number {
    case 0:
      let (mean, _, _) = statistics(context, columns)
      let count = Float(context.wholeRows)
      for column in 0..<columns.count { mean[0, column] = sums[0, column] / count }
    case 1: takeVariance(sums, context, columns)
    default:
      for row in 0..<2 {
        context.kernels.scale(
          sums.rows(row..<row + 1), by: 1, into: context.workspace[3 + row].columns(columns))
      }
    }
  }

  private func takeVariance(_ sums: Matrix, _ context: LayerContext, _ columns: Range<Int>) {
    let (mean, inverse, gain) = statistics(context, columns)
    let gamma = context.parameters[0].columns(columns)
    let movingMean = context.parameters[2].columns(columns)
    let movingVariance = context.parameters[3].columns(columns)
    let count = Float(context.wholeRows)
    let keep = Float(momentum)
    let take = Float(1 - momentum)
    for column in 0..<columns.count {
      let variance = sums[0, column] / count
      movingMean[0, column] = movingMean[0, column] * keep + mean[0, column] * take
      movingVariance[0, column] = movingVariance[0, column] * keep + variance * take
      inverse[0, column] = 1 / (variance + Float(epsilon)).squareRoot()
      gain[0, column] = gamma[0, column] * inverse[0, column]
    }
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let columns = 0..<context.input.columns
    let x = context.input.rows(rows)
    let y = context.output.rows(rows)
    let beta = context.parameters[1]
    let (mean, _, gain) = statistics(context, columns)
    context.kernels.normalize(
      x, shift: usesBatch(context) ? mean : context.parameters[2], scale: gain, offset: beta,
      into: y)
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient?.rows(rows), let dx = context.inputGradient?.rows(rows)
    else { return }
    let (mean, inverse, gain) = statistics(context, 0..<context.input.columns)
    guard isTrainable else {
      // Sums of zero leave d·gain.
      context.kernels.normalizationBackward(
        d, context.input.rows(rows), mean: mean, scale: inverse, gain: gain,
        sumD: context.workspace[3], sumDX: context.workspace[4], inverseCount: 0, into: dx)
      return
    }
    context.kernels.normalizationBackward(
      d, context.input.rows(rows), mean: mean, scale: inverse, gain: gain,
      sumD: context.workspace[3], sumDX: context.workspace[4],
      inverseCount: 1 / Float(context.wholeRows), into: dx)
  }

  public func gradientSpansBatch(of index: Int) -> Bool { isTrainable }
  public var readsOutput: Bool { false }

  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix
  ) {
    let sums = context.workspace[index == 0 ? 4 : 3].columns(columns)
    context.kernels.scale(sums, by: 1, into: block)
  }

  private func statistics(_ context: LayerContext, _ columns: Range<Int>) -> (
    mean: Matrix, inverse: Matrix, gain: Matrix
  ) {
    (
      context.workspace[0].columns(columns), context.workspace[1].columns(columns),
      context.workspace[2].columns(columns)
    )
  }
}
