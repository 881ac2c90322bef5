/// What a convolution layer is told: its window, its filters, and what it does to their sums.
public struct ConvolutionSettings: Sendable {
  public private(set) var filters: Int
  public private(set) var window: WindowSettings
  public private(set) var groups: Int
  public private(set) var activation: any Activation
  public private(set) var useBias: Bool
  public private(set) var kernelInitializer: any Initializer
  public private(set) var biasInitializer: any Initializer
  public private(set) var kernelRegularizer: (any Regularizer)?
  public private(set) var biasRegularizer: (any Regularizer)?
  public private(set) var kernelConstraint: (any Constraint)?

  public init(
    filters: Int, kernelSize: PerAxis, strides: PerAxis = 1, padding: SpatialPadding = .valid,
    dilationRate: PerAxis = 1, groups: Int = 1, activation: any Activation = Linear(),
    useBias: Bool = true, kernelInitializer: any Initializer = GlorotUniform(),
    biasInitializer: any Initializer = Zeros(), kernelRegularizer: (any Regularizer)? = nil,
    biasRegularizer: (any Regularizer)? = nil, kernelConstraint: (any Constraint)? = nil
  ) {
    self.filters = filters
    window = WindowSettings(
      kernelSize: kernelSize, strides: strides, padding: padding, dilationRate: dilationRate)
    self.groups = groups
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
    self.kernelRegularizer = kernelRegularizer
    self.biasRegularizer = biasRegularizer
    self.kernelConstraint = kernelConstraint
  }

  static let table = ConfigTable(
    ConvolutionSettings(filters: 1, kernelSize: 1),
    .required(
      "filters", .integer(.from(1, to: 1 << 24)), \.filters, "The number of output channels."),
    .group(WindowSettings.table, at: \.window),
    .option(
      "groups", .integer(.from(1, to: 1 << 24)), \.groups,
      "The groups that channels and filters are divided into, each of which is convolved by itself."
    ),
    .activation("activation", \.activation, "The function applied to x ∗ w + b."),
    .option("use_bias", .bool, \.useBias, "Whether b is added."),
    .initializer("kernel_initializer", \.kernelInitializer, "How w begins."),
    .initializer("bias_initializer", \.biasInitializer, "How b begins."),
    .regularizer("kernel_regularizer", \.kernelRegularizer, "The penalty for w's size."),
    .regularizer("bias_regularizer", \.biasRegularizer, "The penalty for b's size."),
    .constraint(
      "kernel_constraint", \.kernelConstraint, "What w is brought back to after every update."))

  /// What it computes over maps of a shape, height × width × channels or positions × channels.
  /// - Throws: where the options contradict one another, the window does not fit into the maps, or the groups do not divide
  ///   the channels.
  package func over(_ map: [Int]) throws(DescentError) -> Convolution {
    let (lines, pixels) = try window.over(map)
    let channels = map[map.count - 1]
    guard channels % groups == 0, filters % groups == 0 else {
      throw DescentError(
        .invalidInput, "\(groups) groups do not divide \(channels) channels and \(filters) filters",
        advice: "take groups that divide both")
    }
    return Convolution(
      lines: lines, pixels: pixels, channels: channels, filters: filters, groups: groups)
  }

  /// The kernel, Keras' way, and the bias.
  func parameters(axes: Int, channels: Int) -> [ParameterSpecification] {
    let shape = window.kernelSize.each(of: axes) + [channels / groups, filters]
    let kernel = ParameterSpecification(
      "kernel", shape: shape, initializer: kernelInitializer, regularizer: kernelRegularizer,
      constraint: kernelConstraint)
    let bias = ParameterSpecification(
      "bias", shape: [filters], initializer: biasInitializer, regularizer: biasRegularizer)
    return useBias ? [kernel, bias] : [kernel]
  }
}
