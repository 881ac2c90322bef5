/// Convolution of sequences: y[p, f] = f(Σ x[p·s + j·d, c]·w[j, c, f] + b[f]), with stride s and dilation d.
///
/// Shapes: x N × positions × channels, w ("kernel") kernel size × channels of a group × filters, b ("bias") filters. w begins
/// Glorot-uniform, b at zero, as in Keras.
public struct Conv1D: FilterLayer, TabledComponent {
  public static let kind = "conv1d"
  public static let summary = "A convolution of sequences: positions × channels."
  public static let axes = 1
  public static let table = ConfigTable(
    Conv1D(1, kernelSize: 1),
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
