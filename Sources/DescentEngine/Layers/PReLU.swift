/// y = x where x > 0, and α·x below, with an α for each input that is trained (He et al. 2015); of feature maps, for each channel.
///
/// Shapes: x and y N × inputs, α ("alpha") inputs; of maps 1 × 1 × channels, or 1 × channels where they have one axis, as Keras has
/// it where the axes share it. α begins at zero, as in Keras.
public struct PReLU: Layer, TabledComponent {
  public static let kind = "prelu"
  public static let summary =
    "y = x where x > 0, and α·x below, with a trained α for each input, or for each channel of feature maps."
  public static let table = ConfigTable(
    PReLU(),
    .initializer("alpha_initializer", \.alphaInitializer, "How α begins."),
    .trainable(\.isTrainable),
    .name(\.name))

  public private(set) var alphaInitializer: any Initializer
  public private(set) var isTrainable: Bool
  public private(set) var name: String?
  /// The axes of the maps that it takes, along which a slope is shared; none of rows.
  package private(set) var sharedAxes = 0

  public init(
    alphaInitializer: some Initializer = Zeros(), isTrainable: Bool = true, name: String? = nil
  ) {
    self.alphaInitializer = alphaInitializer
    self.isTrainable = isTrainable
    self.name = name
  }

  public func placed(on input: [Int], layout: ActivationLayout) -> any Layer {
    var layer = self
    layer.sharedAxes = input.count - 1
    return layer
  }

  public var takesPositions: Bool { true }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    [
      ParameterSpecification(
        "alpha", shape: Array(repeating: 1, count: sharedAxes) + input,
        initializer: alphaInitializer)
    ]
  }

  /// ∂cost/∂α of each row.
  public func workspace(for input: [Int]) -> [Workspace] { [.rows(width: input[0])] }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    context.kernels.slopedRectifier(
      context.input.rows(rows), slope: context.parameters[0], into: context.output.rows(rows))
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient?.rows(rows) else { return }
    context.kernels.slopedRectifierBackward(
      d, context.input.rows(rows), slope: context.parameters[0],
      products: context.workspace[0].rows(rows), into: context.inputGradient?.rows(rows))
  }

  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix
  ) {
    context.kernels.columnSums(
      context.workspace[0].columns(columns), shards: context.shards, into: block)
  }
}
