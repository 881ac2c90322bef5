/// A fully connected layer: y = f(x·W + b).
///
/// Shapes: x N × inputs, W ("kernel") inputs × units, b ("bias") units, y N × units. W begins Glorot-uniform,
/// b at zero, as in Keras. Inputs of several dimensions have to be flattened first.
public struct Dense: Layer, TabledComponent {
  public static let kind = "dense"
  public static let summary = "A fully connected layer: y = f(x·W + b)."
  public static let shorthand: String? = "units"
  public static let table = ConfigTable(
    Dense(1),
    .custom(
      ConfigKey(
        optional: "units", .integer(.from(1, to: 1 << 24)), absent: "the width of the target",
        "The number of outputs; the last layer may leave it to the data."),
      read: { options, layer throws(DescentError) in
        guard let units = options.optionalInteger("units") else {
          throw options.place.error(
            "\(options.path) has no units",
            advice: "only the last layer's width follows from the data")
        }
        layer.units = units
      }, write: { .integer($0.units) }),
    .activation("activation", \.activation, "The function applied to x·W + b."),
    .option("use_bias", .bool, \.useBias, "Whether b is added."),
    .initializer("kernel_initializer", \.kernelInitializer, "How W begins."),
    .initializer("bias_initializer", \.biasInitializer, "How b begins."),
    .trainable(\.isTrainable),
    .name(\.name),
    .regularizer("kernel_regularizer", \.kernelRegularizer, "The penalty for W's size."),
    .regularizer("bias_regularizer", \.biasRegularizer, "The penalty for b's size."),
    .regularizer(
      "activity_regularizer", \.activityRegularizer,
      "The penalty for y's size, over the rows of the batch."),
    .constraint(
      "kernel_constraint", \.kernelConstraint, "What W is brought back to after every update."))

  public private(set) var units: Int
  public private(set) var activation: any Activation
  public private(set) var useBias: Bool
  public private(set) var kernelInitializer: any Initializer
  public private(set) var biasInitializer: any Initializer
  public private(set) var isTrainable: Bool
  public private(set) var name: String?
  public private(set) var kernelRegularizer: (any Regularizer)?
  public private(set) var biasRegularizer: (any Regularizer)?
  public private(set) var activityRegularizer: (any Regularizer)?
  public private(set) var kernelConstraint: (any Constraint)?

  public init(
    _ units: Int, activation: some Activation = Linear(), useBias: Bool = true,
    kernelInitializer: some Initializer = GlorotUniform(),
    biasInitializer: some Initializer = Zeros(), isTrainable: Bool = true, name: String? = nil,
    kernelRegularizer: (any Regularizer)? = nil, biasRegularizer: (any Regularizer)? = nil,
    activityRegularizer: (any Regularizer)? = nil, kernelConstraint: (any Constraint)? = nil
  ) {
    self.units = units
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
    self.isTrainable = isTrainable
    self.name = name
    self.kernelRegularizer = kernelRegularizer
    self.biasRegularizer = biasRegularizer
    self.activityRegularizer = activityRegularizer
    self.kernelConstraint = kernelConstraint
  }

  /// Rows of what comes before it, and behind it a penalty for its activity.
  public func assemble(into network: inout NetworkAssembly) throws(DescentError) {
    try network.takeRows()
    try network.place(self)
    if let regularizer = activityRegularizer {
      try network.place(ActivityRegularization(l1: regularizer.l1, l2: regularizer.l2))
    }
  }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    guard input.count == 1 else {
      throw DescentError(
        .invalidInput, "a dense layer takes rows, not an input of shape \(input)",
        advice: "put a flatten layer before it")
    }
    return [units]
  }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    let kernel = ParameterSpecification(
      "kernel", shape: [input[0], units], initializer: kernelInitializer, copies: [.transposed],
      regularizer: kernelRegularizer, constraint: kernelConstraint)
    let bias = ParameterSpecification(
      "bias", shape: [units], initializer: biasInitializer, regularizer: biasRegularizer)
    return useBias ? [kernel, bias] : [kernel]
  }

  /// Where operands are rounded, words of the output's gradient; and what enters an activation whose derivative needs it.
  public func workspace(for input: [Int]) -> [Workspace] {
    [.rowWords(width: units)] + (activation.needsInput ? [.rows(width: units)] : [])
  }

  /// ∂cost/∂z as pairs of rows, shard after shard, for the gradient of the kernel.
  func gradientWords(_ context: LayerContext) -> PairMatrix? {
    context.kernels.precision == .float32 ? nil : PairMatrix(in: context.workspace[0])
  }

  /// Makes columns of these, for some shards of the batch.
  func pairGradient(_ context: LayerContext, columns: Range<Int>, shards: Shards? = nil) {
    guard let words = gradientWords(context), let d = context.outputGradient else { return }
    context.kernels.pairRows(
      d.columns(columns), shards: shards ?? context.shards, into: words.columns(columns))
  }

  public var outputActivation: (any Activation)? { activation }
  public var takesUnpaddedRows: Bool { true }
  public func multiplyAdds(for input: [Int]) -> Int { input.reduce(1, *) * units }
  public func work(at place: LayerPlace) -> any LayerWork { DenseWork(self, at: place) }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    forward(
      input: context.input.rows(rows), kernel: context.parameters[0], words: context.words[0],
      bias: useBias ? context.parameters[1] : nil, output: context.output.rows(rows),
      kept: kept(context)?.rows(rows), context)
  }

  /// What enters the activation, where that is kept for its derivative.
  func kept(_ context: LayerContext) -> Matrix? {
    keepsInput(context) ? context.workspace[1] : nil
  }

  /// Whether what enters the activation is kept for its derivative.
  func keepsInput(_ context: LayerContext) -> Bool {
    context.isTraining && activation.needsInput && !context.costTakesActivation
  }

  /// A block of the output from the rows and columns that it is made of.
  package func forward(
    input: Matrix, kernel: Matrix, words: PairMatrix?, bias: Matrix?, output: Matrix, kept: Matrix?,
    _ context: LayerContext
  ) {
    context.kernels.multiply(
      input, kernel, bWords: words, bias: bias, rectify: rectifies(context), into: output)
    activate(output, kept: kept, context)
  }

  /// Whether the product of input and kernel applies the activation.
  func rectifies(_ context: LayerContext) -> Bool {
    activation.isRectifier && !context.costTakesActivation
  }

  /// f(z) from z, where the product has not applied f.
  func activate(_ output: Matrix, kept: Matrix?, _ context: LayerContext) {
    guard !context.costTakesActivation && !activation.isRectifier && !activation.isIdentity
    else { return }
    if let kept { context.kernels.scale(output, by: 1, into: kept) }
    activation.apply(output, kernels: context.kernels)
  }

  /// What the activation's derivative is a function of.
  func activated(_ context: LayerContext) -> Matrix {
    kept(context) ?? context.output
  }

  /// ∂cost/∂y becomes ∂cost/∂z, with z what enters the activation, unless the cost has done so.
  func differentiate(_ d: Matrix, of activated: Matrix, _ context: LayerContext) {
    guard !context.costTakesActivation && !activation.isIdentity else { return }
    activation.differentiate(d, output: activated, kernels: context.kernels)
  }

  /// For whoever has one layer only; steps make words of the gradient once for all rows.
  public func backward(_ context: LayerContext, rows: Range<Int>) {
    backwardRows(context, rows)
    // A shard whose other rows are still to come is paired anew with them.
    let touched = (0..<context.shards.count).filter { context.shards.range($0).overlaps(rows) }
    if let first = touched.first, let last = touched.last {
      pairGradient(
        context, columns: 0..<units, shards: context.shards.run(first..<last + 1))
    }
  }

  func backwardRows(_ context: LayerContext, _ rows: Range<Int>) {
    guard let outputGradient = context.outputGradient?.rows(rows) else { return }
    differentiate(outputGradient, of: activated(context).rows(rows), context)
    if let inputGradient = context.inputGradient, let transposed = context.transposed[0] {
      context.kernels.multiply(outputGradient, transposed, into: inputGradient.rows(rows))
    }
  }

  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix
  ) {
    gradient(context, of: index, rows: rows, columns: columns, into: block, upcoming: nil)
  }

  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix, upcoming: Upcoming?
  ) {
    guard let d = context.outputGradient?.columns(columns) else { return }
    if index == 0 {
      context.kernels.gradientProduct(
        context.input.columns(rows), d, dWords: gradientWords(context)?.columns(columns),
        shards: context.shards, into: block, upcoming: upcoming)
    } else {
      context.kernels.columnSums(d, shards: context.shards, into: block)
    }
  }
}
