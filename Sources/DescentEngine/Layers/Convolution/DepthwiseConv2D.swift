/// Convolution channel by channel: y[o, p, c·m + k] = f(Σ x[o·s + i·d, p·s + j·d, c]·w[i, j, c, k] + b[c·m + k]), with strides s,
/// dilation d and m ("depth_multiplier") windows for each channel.
///
/// Shapes: x N × height × width × channels, w ("kernel") kernel height × kernel width × channels × m, b ("bias") channels · m. w
/// begins Glorot-uniform, b at zero, as in Keras.
public struct DepthwiseConv2D: ConvolutionLayer, TabledComponent {
  public static let kind = "depthwise_conv2d"
  public static let summary = "A convolution of each channel of feature maps by itself."
  public static let axes = 2
  public static let table = ConfigTable(
    DepthwiseConv2D(kernelSize: 1),
    .group(WindowSettings.table, at: \.window),
    .option(
      "depth_multiplier", .integer(.from(1, to: 1 << 24)), \.depthMultiplier,
      "The output channels of each input channel."),
    .activation("activation", \.activation, "The function applied to x ∗ w + b."),
    .option("use_bias", .bool, \.useBias, "Whether b is added."),
    .initializer("depthwise_initializer", \.depthwiseInitializer, "How w begins."),
    .initializer("bias_initializer", \.biasInitializer, "How b begins."),
    .regularizer("depthwise_regularizer", \.depthwiseRegularizer, "The penalty for w's size."),
    .regularizer("bias_regularizer", \.biasRegularizer, "The penalty for b's size."),
    .constraint(
      "depthwise_constraint", \.depthwiseConstraint,
      "What w is brought back to after every update."),
    .trainable(\.isTrainable),
    .name(\.name))

  public private(set) var window: WindowSettings
  public private(set) var depthMultiplier: Int
  public private(set) var activation: any Activation
  public private(set) var useBias: Bool
  public private(set) var depthwiseInitializer: any Initializer
  public private(set) var biasInitializer: any Initializer
  public private(set) var depthwiseRegularizer: (any Regularizer)?
  public private(set) var biasRegularizer: (any Regularizer)?
  public private(set) var depthwiseConstraint: (any Constraint)?
  public private(set) var isTrainable: Bool
  public private(set) var name: String?
  package var convolutions: [any MapConvolution] = []

  public init(
    kernelSize: PerAxis, strides: PerAxis = 1, padding: SpatialPadding = .valid,
    dilationRate: PerAxis = 1, depthMultiplier: Int = 1, activation: some Activation = Linear(),
    useBias: Bool = true, depthwiseInitializer: some Initializer = GlorotUniform(),
    biasInitializer: some Initializer = Zeros(), depthwiseRegularizer: (any Regularizer)? = nil,
    biasRegularizer: (any Regularizer)? = nil, depthwiseConstraint: (any Constraint)? = nil,
    isTrainable: Bool = true, name: String? = nil
  ) {
    window = WindowSettings(
      kernelSize: kernelSize, strides: strides, padding: padding, dilationRate: dilationRate)
    self.depthMultiplier = depthMultiplier
    self.activation = activation
    self.useBias = useBias
    self.depthwiseInitializer = depthwiseInitializer
    self.biasInitializer = biasInitializer
    self.depthwiseRegularizer = depthwiseRegularizer
    self.biasRegularizer = biasRegularizer
    self.depthwiseConstraint = depthwiseConstraint
    self.isTrainable = isTrainable
    self.name = name
  }

  package func convolutions(over map: [Int]) throws(DescentError) -> [any MapConvolution] {
    [try window.depthwise(over: map, multiplier: depthMultiplier)]
  }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    let channels = input[input.count - 1]
    // All output channels along a row.
    let kernel = ParameterSpecification(
      "kernel", shape: window.kernelSize.each(of: Self.axes) + [channels, depthMultiplier],
      initializer: depthwiseInitializer, regularizer: depthwiseRegularizer,
      constraint: depthwiseConstraint, columnAxes: 2)
    let bias = ParameterSpecification(
      "bias", shape: [channels * depthMultiplier], initializer: biasInitializer,
      regularizer: biasRegularizer)
    return useBias ? [kernel, bias] : [kernel]
  }
}

extension WindowSettings {
  /// What it computes over maps of a shape where each channel has so many windows of its own.
  /// - Throws: where the options contradict one another, the window does not fit, or the output has more channels than any row.
  func depthwise(
    over map: [Int], multiplier: Int
  ) throws(DescentError) -> DepthwiseConvolution {
    let (lines, pixels) = try over(map)
    let channels = map[map.count - 1]
    guard channels * multiplier <= PerAxis.largest else {
      throw DescentError(
        .invalidInput,
        "\(Figures.count(multiplier)) windows for each of \(Figures.count(channels)) channels are "
          + "more than a row may have",
        advice: "make depth_multiplier smaller")
    }
    return DepthwiseConvolution(
      lines: lines, pixels: pixels, channels: channels, multiplier: multiplier)
  }
}
