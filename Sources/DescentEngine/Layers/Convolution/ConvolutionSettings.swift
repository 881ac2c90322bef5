import Kernels

/// What a convolution layer is told: its window, its filters, and what it does to their sums.
public struct ConvolutionSettings: Sendable {
  public private(set) var filters: Int
  public private(set) var kernelSize: PerAxis
  public private(set) var strides: PerAxis
  public private(set) var padding: SpatialPadding
  public private(set) var dilationRate: PerAxis
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
    self.kernelSize = kernelSize
    self.strides = strides
    self.padding = padding
    self.dilationRate = dilationRate
    self.groups = groups
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
    self.kernelRegularizer = kernelRegularizer
    self.biasRegularizer = biasRegularizer
    self.kernelConstraint = kernelConstraint
  }

  /// The options of a layer over so many axes.
  static func table(axes: Int) -> ConfigTable<ConvolutionSettings> {
    ConfigTable(
      ConvolutionSettings(filters: 1, kernelSize: 1),
      .required(
        "filters", .integer(.from(1, to: 1 << 24)), \.filters, "The number of output channels."),
      .required(
        "kernel_size", PerAxis.type(from: 1), \.kernelSize,
        "The positions of the window along each axis."),
      .option(
        "strides", PerAxis.type(from: 1), \.strides,
        "The positions from one window to the next along each axis."),
      .option(
        "padding", SpatialPadding.type, \.padding,
        "valid: windows stay inside the map; same: they reach beyond, and the output has ⌈input/stride⌉ positions."
      ),
      .option(
        "dilation_rate", PerAxis.type(from: 1), \.dilationRate,
        "The positions from one weight of the window to the next; above 1 only where strides are 1."
      ),
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
  }

  /// What it computes over maps of a shape, height × width × channels or positions × channels.
  /// - Throws: where the options contradict one another, the window does not fit into the maps, or the groups do not divide
  ///   the channels.
  package func over(_ map: [Int]) throws(DescentError) -> Convolution {
    let axes = map.count - 1
    for (name, numbers) in [
      ("kernel_size", kernelSize), ("strides", strides), ("dilation_rate", dilationRate),
    ] {
      guard numbers.fits(axes: axes) else {
        throw DescentError(
          .invalidInput, "\(name) has \(Figures.plural(numbers.values.count, "number"))",
          advice: axes == 1
            ? "give it one" : "give it one for each of the \(axes) axes, or one for all of them")
      }
      guard numbers.values.allSatisfy({ $0 <= PerAxis.largest }) else {
        throw DescentError(
          .invalidInput, "\(name) is \(Figures.count(numbers.values.max() ?? 0))",
          advice: "no row has more than \(Figures.count(PerAxis.largest)) values")
      }
    }
    guard
      strides.values.allSatisfy({ $0 == 1 }) || dilationRate.values.allSatisfy({ $0 == 1 })
    else {
      throw DescentError(
        .invalidInput, "strides and dilation_rate are both above 1", advice: "set one of them to 1")
    }
    let channels = map[axes]
    guard channels % groups == 0, filters % groups == 0 else {
      throw DescentError(
        .invalidInput, "\(groups) groups do not divide \(channels) channels and \(filters) filters",
        advice: "take groups that divide both")
    }
    func axis(_ number: Int) -> WindowAxis? {
      WindowAxis(
        input: map[number], size: kernelSize[number], stride: strides[number],
        dilation: dilationRate[number], padding: padding)
    }
    let one = WindowAxis(input: 1, size: 1, padding: .valid)
    guard let lines = axes == 2 ? axis(0) : one, let pixels = axis(axes - 1) else {
      throw DescentError(
        .invalidInput,
        "a window of \(Self.words(kernelSize.each(of: axes))) does not fit into maps of "
          + Self.words(Array(map.dropLast())),
        advice: "make the window smaller, or set padding: same")
    }
    return Convolution(
      lines: lines, pixels: pixels, channels: channels, filters: filters, groups: groups)
  }

  private static func words(_ sizes: [Int]) -> String {
    sizes.map { Figures.count($0) }.joined(separator: " × ")
  }

  /// The kernel, Keras' way, and the bias.
  func parameters(axes: Int, channels: Int) -> [ParameterSpecification] {
    let shape = kernelSize.each(of: axes) + [channels / groups, filters]
    let kernel = ParameterSpecification(
      "kernel", shape: shape, initializer: kernelInitializer, regularizer: kernelRegularizer,
      constraint: kernelConstraint)
    let bias = ParameterSpecification(
      "bias", shape: [filters], initializer: biasInitializer, regularizer: biasRegularizer)
    return useBias ? [kernel, bias] : [kernel]
  }
}
