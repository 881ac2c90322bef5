/// Transposed convolution of feature maps, which makes them larger: y[o·s + i·d, p·s + j·d, f] = f(Σ x[o, p, c]·w[i, j, f, c] + b[f]),
/// summed over all o, p, i and j that meet there, with strides s and dilation d: what a convolution passes back to its input.
///
/// Shapes: x N × height × width × channels, w ("kernel") kernel height × kernel width × filters × channels, b ("bias") filters. w
/// begins Glorot-uniform, b at zero, as in Keras.
public struct Conv2DTranspose: ConvolutionLayer, TabledComponent {
  public static let kind = "conv2d_transpose"
  public static let summary =
    "A convolution of feature maps the other way round: it makes them larger."
  public static let axes = 2
  public static let table = ConfigTable(
    Conv2DTranspose(1, kernelSize: 1),
    .required(
      "filters", .integer(.from(1, to: 1 << 24)), \.filters, "The number of output channels."),
    .required(
      "kernel_size", PerAxis.type(from: 1), \.window.kernelSize,
      "The positions of the window along each axis."),
    .option(
      "strides", PerAxis.type(from: 1), \.window.strides,
      "The output positions from one window to the next along each axis."),
    .option(
      "padding", SpatialPadding.type, \.window.padding,
      "valid: the output has all that windows reach; same: it has input · stride positions."),
    .option(
      "dilation_rate", PerAxis.type(from: 1), \.window.dilationRate,
      "The positions from one weight of the window to the next; above 1 only where strides are 1."
    ),
    .activation("activation", \.activation, "The function applied to the sums."),
    .option("use_bias", .bool, \.useBias, "Whether b is added."),
    .initializer("kernel_initializer", \.kernelInitializer, "How w begins."),
    .initializer("bias_initializer", \.biasInitializer, "How b begins."),
    .regularizer("kernel_regularizer", \.kernelRegularizer, "The penalty for w's size."),
    .regularizer("bias_regularizer", \.biasRegularizer, "The penalty for b's size."),
    .trainable(\.isTrainable),
    .name(\.name))

  public private(set) var filters: Int
  public private(set) var window: WindowSettings
  public private(set) var activation: any Activation
  public private(set) var useBias: Bool
  public private(set) var kernelInitializer: any Initializer
  public private(set) var biasInitializer: any Initializer
  public private(set) var kernelRegularizer: (any Regularizer)?
  public private(set) var biasRegularizer: (any Regularizer)?
  public private(set) var isTrainable: Bool
  public private(set) var name: String?
  package var convolutions: [any MapConvolution] = []

  public init(
    _ filters: Int, kernelSize: PerAxis, strides: PerAxis = 1, padding: SpatialPadding = .valid,
    dilationRate: PerAxis = 1, activation: some Activation = Linear(), useBias: Bool = true,
    kernelInitializer: some Initializer = GlorotUniform(),
    biasInitializer: some Initializer = Zeros(), kernelRegularizer: (any Regularizer)? = nil,
    biasRegularizer: (any Regularizer)? = nil, isTrainable: Bool = true, name: String? = nil
  ) {
    self.filters = filters
    window = WindowSettings(
      kernelSize: kernelSize, strides: strides, padding: padding, dilationRate: dilationRate)
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
    self.kernelRegularizer = kernelRegularizer
    self.biasRegularizer = biasRegularizer
    self.isTrainable = isTrainable
    self.name = name
  }

  package func convolutions(over map: [Int]) throws(DescentError) -> [any MapConvolution] {
    let (lines, pixels) = try window.transposed(over: map)
    return [
      TransposedConvolution(
        lines: lines, pixels: pixels, channels: map[map.count - 1], filters: filters)
    ]
  }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    let kernel = ParameterSpecification(
      "kernel", shape: window.kernelSize.each(of: Self.axes) + [filters, input[input.count - 1]],
      initializer: kernelInitializer, regularizer: kernelRegularizer)
    let bias = ParameterSpecification(
      "bias", shape: [filters], initializer: biasInitializer, regularizer: biasRegularizer)
    return useBias ? [kernel, bias] : [kernel]
  }
}
