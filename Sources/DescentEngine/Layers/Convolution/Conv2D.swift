/// Convolution of feature maps: y[o, p, f] = f(Σ x[o·s + i·d, p·s + j·d, c]·w[i, j, c, f] + b[f]), with strides s and
/// dilation d.
///
/// Shapes: x N × height × width × channels, w ("kernel") kernel height × kernel width × channels of a group × filters, b
/// ("bias") filters. w begins Glorot-uniform, b at zero, as in Keras.
public struct Conv2D: FilterLayer, TabledComponent {
  public static let kind = "conv2d"
  public static let summary = "A convolution of feature maps: height × width × channels."
  public static let axes = 2
  public static let table = ConfigTable(
    Conv2D(1, kernelSize: 1),
    .group(ConvolutionSettings.table, at: \.settings),
    .trainable(\.isTrainable),
    .name(\.name))

  public private(set) var settings: ConvolutionSettings
  public private(set) var isTrainable: Bool
  public private(set) var name: String?
  package var convolutions: [any MapConvolution] = []

  public init(_ settings: ConvolutionSettings, isTrainable: Bool = true, name: String? = nil) {
    self.settings = settings
    self.isTrainable = isTrainable
    self.name = name
  }

  public init(
    _ filters: Int, kernelSize: PerAxis, strides: PerAxis = 1, padding: SpatialPadding = .valid,
    activation: some Activation = Linear(), useBias: Bool = true, name: String? = nil
  ) {
    self.init(
      ConvolutionSettings(
        filters: filters, kernelSize: kernelSize, strides: strides, padding: padding,
        activation: activation, useBias: useBias), name: name)
  }
}
