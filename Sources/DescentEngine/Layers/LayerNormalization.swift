/// y = γ·(x − μ)/√(σ² + ε) + β, with the mean and variance of each row itself (Ba et al. 2016); of a feature map, of the channels
/// at each position.
///
/// Shapes: x and y N × inputs, γ ("gamma") and β ("beta") inputs, or as many as a map has channels.
public struct LayerNormalization: Layer, TabledComponent {
  public static let kind = "layer_normalization"
  public static let summary =
    "Normalises each row, or each position of a feature map, by its own mean and variance."
  public static let table = ConfigTable(
    LayerNormalization(),
    .option("epsilon", .number(.above(0)), \.epsilon, "Added to the variance."),
    .trainable(\.isTrainable),
    .name(\.name))

  public private(set) var epsilon: Double
  public private(set) var isTrainable: Bool
  public private(set) var name: String?

  public init(epsilon: Double = 1e-3, isTrainable: Bool = true, name: String? = nil) {
    self.epsilon = epsilon
    self.isTrainable = isTrainable
    self.name = name
  }

  public var takesPositions: Bool { true }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    [
      ParameterSpecification("gamma", shape: input, initializer: Ones()),
      ParameterSpecification("beta", shape: input, initializer: Zeros()),
    ]
  }

  /// x̂, which becomes ∂cost/∂γ of each row, and 1/√(σ² + ε).
  public func workspace(for input: [Int]) -> [Workspace] {
    [.rows(width: input[0]), .rows(width: 1)]
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    context.kernels.layerNormalization(
      context.input.rows(rows), gamma: context.parameters[0], beta: context.parameters[1],
      epsilon: Float(epsilon), normalized: context.workspace[0].rows(rows),
      inverse: context.workspace[1].rows(rows), into: context.output.rows(rows))
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient?.rows(rows) else { return }
    context.kernels.layerNormalizationBackward(
      d, gamma: context.parameters[0], normalized: context.workspace[0].rows(rows),
      inverse: context.workspace[1].rows(rows), into: context.inputGradient?.rows(rows))
  }

  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix
  ) {
    guard let d = index == 0 ? context.workspace[0] : context.outputGradient else { return }
    context.kernels.columnSums(d.columns(columns), shards: context.shards, into: block)
  }
}
