/// Convolution of each channel by itself, and then of pixels: y = f((x ∗ v) ∗ w + b), where v is a `DepthwiseConv2D`'s and w mixes
/// the channels of single pixels.
///
/// Shapes: x N × height × width × channels, v ("depthwise_kernel") kernel height × kernel width × channels × m with
/// m ("depth_multiplier") windows for each channel, w ("pointwise_kernel") 1 × 1 × channels · m × filters, b ("bias") filters. v
/// and w begin Glorot-uniform, b at zero, as in Keras.
public struct SeparableConv2D: ConvolutionLayer, TabledComponent {
  public static let kind = "separable_conv2d"
  public static let summary =
    "A convolution of each channel of feature maps by itself, and then one of single pixels."
  public static let axes = 2
  public static let table = ConfigTable(
    SeparableConv2D(1, kernelSize: 1),
    .required(
      "filters", .integer(.from(1, to: 1 << 24)), \.filters, "The number of output channels."),
    .group(WindowSettings.table, at: \.window),
    .option(
      "depth_multiplier", .integer(.from(1, to: 1 << 24)), \.depthMultiplier,
      "The channels that the first convolution makes of each."),
    .activation("activation", \.activation, "The function applied to (x ∗ v) ∗ w + b."),
    .option("use_bias", .bool, \.useBias, "Whether b is added."),
    .initializer("depthwise_initializer", \.depthwiseInitializer, "How v begins."),
    .initializer("pointwise_initializer", \.pointwiseInitializer, "How w begins."),
    .initializer("bias_initializer", \.biasInitializer, "How b begins."),
    .regularizer("depthwise_regularizer", \.depthwiseRegularizer, "The penalty for v's size."),
    .regularizer("pointwise_regularizer", \.pointwiseRegularizer, "The penalty for w's size."),
    .regularizer("bias_regularizer", \.biasRegularizer, "The penalty for b's size."),
    .constraint(
      "depthwise_constraint", \.depthwiseConstraint,
      "What v is brought back to after every update."),
    .constraint(
      "pointwise_constraint", \.pointwiseConstraint,
      "What w is brought back to after every update."),
    .trainable(\.isTrainable),
    .name(\.name))

  public private(set) var filters: Int
  public private(set) var window: WindowSettings
  public private(set) var depthMultiplier: Int
  public private(set) var activation: any Activation
  public private(set) var useBias: Bool
  public private(set) var depthwiseInitializer: any Initializer
  public private(set) var pointwiseInitializer: any Initializer
  public private(set) var biasInitializer: any Initializer
  public private(set) var depthwiseRegularizer: (any Regularizer)?
  public private(set) var pointwiseRegularizer: (any Regularizer)?
  public private(set) var biasRegularizer: (any Regularizer)?
  public private(set) var depthwiseConstraint: (any Constraint)?
  public private(set) var pointwiseConstraint: (any Constraint)?
  public private(set) var isTrainable: Bool
  public private(set) var name: String?
  package var convolutions: [any MapConvolution] = []

  public init(
    _ filters: Int, kernelSize: PerAxis, strides: PerAxis = 1, padding: SpatialPadding = .valid,
    dilationRate: PerAxis = 1, depthMultiplier: Int = 1, activation: some Activation = Linear(),
    useBias: Bool = true, depthwiseInitializer: some Initializer = GlorotUniform(),
    pointwiseInitializer: some Initializer = GlorotUniform(),
    biasInitializer: some Initializer = Zeros(), depthwiseRegularizer: (any Regularizer)? = nil,
    pointwiseRegularizer: (any Regularizer)? = nil, biasRegularizer: (any Regularizer)? = nil,
    depthwiseConstraint: (any Constraint)? = nil, pointwiseConstraint: (any Constraint)? = nil,
    isTrainable: Bool = true, name: String? = nil
  ) {
    self.filters = filters
    window = WindowSettings(
      kernelSize: kernelSize, strides: strides, padding: padding, dilationRate: dilationRate)
    self.depthMultiplier = depthMultiplier
    self.activation = activation
    self.useBias = useBias
    self.depthwiseInitializer = depthwiseInitializer
    self.pointwiseInitializer = pointwiseInitializer
    self.biasInitializer = biasInitializer
    self.depthwiseRegularizer = depthwiseRegularizer
    self.pointwiseRegularizer = pointwiseRegularizer
    self.biasRegularizer = biasRegularizer
    self.depthwiseConstraint = depthwiseConstraint
    self.pointwiseConstraint = pointwiseConstraint
    self.isTrainable = isTrainable
    self.name = name
  }

  package func convolutions(over map: [Int]) throws(DescentError) -> [any MapConvolution] {
    let depthwise = try window.depthwise(over: map, multiplier: depthMultiplier)
    let (lines, pixels, channels) = depthwise.output
    return [
      depthwise,
      Convolution(
        lines: .divided(lines, by: 1), pixels: .divided(pixels, by: 1), channels: channels,
        filters: filters),
    ]
  }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    let channels = input[input.count - 1]
    // All channels between the two along a row.
    let depthwise = ParameterSpecification(
      "depthwise_kernel",
      shape: window.kernelSize.each(of: Self.axes) + [channels, depthMultiplier],
      initializer: depthwiseInitializer, regularizer: depthwiseRegularizer,
      constraint: depthwiseConstraint, columnAxes: 2)
    let pointwise = ParameterSpecification(
      "pointwise_kernel", shape: [1, 1, channels * depthMultiplier, filters],
      initializer: pointwiseInitializer, regularizer: pointwiseRegularizer,
      constraint: pointwiseConstraint)
    let bias = ParameterSpecification(
      "bias", shape: [filters], initializer: biasInitializer, regularizer: biasRegularizer)
    return useBias ? [depthwise, pointwise, bias] : [depthwise, pointwise]
  }
}
