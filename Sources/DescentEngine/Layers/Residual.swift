/// Layers whose output is added to their input (He et al. 2016): y = x + f(x), or y = x·W + f(x) where the
/// widths differ and a projection makes one of the other: of rows a dense layer, of feature maps a convolution with a window
/// of one pixel, whose strides follow from the maps' sizes; neither has a bias or an activation.
///
/// A network takes it apart into a fork, the layers, the projection if there is one, and an addition; that is how its layers
/// are listed and stored. Keras gets a functional model.
public struct Residual: LayerContainer, TabledComponent {
  public static let kind = "residual"
  public static let summary = "Layers whose output is added to their input."
  public static let shorthand: String? = "layers"
  public static let table = ConfigTable(
    Residual(layers: [], projection: false),
    .layers(\.layers),
    .option(
      "projection", .bool, \.projection,
      "Whether the input goes through a trained matrix, which makes it as wide as the output; pixel by pixel where it is a feature map."
    ),
    .option(
      "drop_path", .number(.from(0, below: 1)), \.dropPath,
      "The fraction of rows for which training leaves the layers out, chosen anew in each step (stochastic depth): as a drop_path layer behind them."
    ))

  public private(set) var layers: [any Layer]
  public private(set) var projection: Bool
  /// The fraction of rows for which training leaves the layers out.
  public private(set) var dropPath = 0.0

  public init(
    projection: Bool = false, dropPath: Double = 0, @NetworkBuilder _ layers: () -> [any Layer]
  ) {
    self.init(layers: layers(), projection: projection)
    self.dropPath = dropPath
  }

  package init(layers: [any Layer], projection: Bool) {
    self.layers = layers
    self.projection = projection
  }

  /// What makes an input of one shape one of another; nil where nothing does.
  package static func projection(from input: [Int], to output: [Int]) -> (any Layer)? {
    guard output.count > 1 else { return Dense(output[0], useBias: false) }
    guard input.count == output.count, output.count <= 3 else { return nil }
    let strides = zip(input, output).dropLast().map { ($0 + $1 - 1) / $1 }
    let settings = ConvolutionSettings(
      filters: output[output.count - 1], kernelSize: 1, strides: PerAxis(strides), useBias: false)
    let layer: any Layer = output.count == 3 ? Conv2D(settings) : Conv1D(settings)
    return (try? layer.outputShape(for: input)) == output ? layer : nil
  }

  /// A fork, the layers, what drops them, the projection, and an addition.
  public func assemble(into network: inout NetworkAssembly) throws(DescentError) {
    try network.check(self)
    if projection && !takesMaps { try network.takeRows() }
    try network.place(Fork())
    let (fork, before) = (network.last, network.shape)
    try network.add(layers, of: self)
    if dropPath > 0 { try network.add(DropPath(dropPath)) }
    let after = network.shape
    // Where what goes past lies as positions, what goes through the layers has to as well.
    let areRows = !projection && !network.output(of: fork).layout.arePositions(of: before)
    if !areRows { try network.takePositions() }
    let past = projection ? Self.projection(from: before, to: after) : nil
    guard projection ? past != nil : after == before else {
      throw DescentError(
        .invalidInput, "its input has the shape \(before), its layers' output \(after)",
        at: network.path(of: self), advice: Self.advice(before, projection: projection))
    }
    // Last of all but the addition: in this order Keras lists the layers of the functional model.
    let (end, layout) = (network.last, network.layout)
    if let past {
      try network.place(past, source: fork)
    } else if network.output(of: fork).layout != layout {
      try network.place(MapPositions(), source: fork)
    }
    try network.join(
      ResidualAddition(), source: end, fork: fork,
      projection: network.last > end ? network.last : nil)
  }

  private static func advice(_ input: [Int], projection: Bool) -> String {
    let width = input[input.count - 1]
    switch (projection, input.count > 1) {
    case (true, false): return "end the layers with rows: with a dense or a flatten layer"
    case (true, true):
      return "end the layers with maps whose sides are those of the input over whole strides"
    case (false, false):
      return "set projection: true, or end the layers with a dense layer of \(width) units"
    case (false, true):
      return
        "set projection: true, or end the layers with a convolution of \(width) filters, none with strides"
    }
  }
}

/// Where a residual block ends: adds what was passed by to what went through the layers.
package struct ResidualAddition: Layer, PlainComponent {
  package static let kind = "add"
  package static let summary = "Where a residual block ends."

  package init() {}
  package var readsOutput: Bool { false }

  package func forward(_ context: LayerContext, rows: Range<Int>) {
    context.addSkipped(rows: rows)
  }

  /// The way past the layers reads this layer's output gradient itself.
  package func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient?.rows(rows), let dx = context.inputGradient?.rows(rows)
    else { return }
    context.kernels.scale(d, by: 1, into: dx)
  }
}
