/// Layers whose output multiplies their input: y = x·f(x), element by element where both have the same shape, and channel by
/// channel where the layers make one number for each channel of a feature map.
///
/// A network takes it apart into a fork, the layers, and a product; that is how its layers are listed and stored. Keras gets a
/// functional model.
public struct Gate: LayerContainer, TabledComponent {
  public static let kind = "gate"
  public static let summary =
    "Layers whose output multiplies their input: element by element, or a factor for each channel of a feature map."
  public static let shorthand: String? = "layers"
  public static let table = ConfigTable(Gate(layers: []), .layers(\.layers))

  public private(set) var layers: [any Layer]

  public init(@NetworkBuilder _ layers: () -> [any Layer]) { self.init(layers: layers()) }

  package init(layers: [any Layer]) { self.layers = layers }

  /// A fork, the layers, and a product.
  public func assemble(into network: inout NetworkAssembly) throws(DescentError) {
    try network.check(self)
    try network.takePositions()
    try network.place(Fork())
    let (fork, input, layout) = (network.last, network.shape, network.layout)
    try network.add(layers, of: self)
    let factors = network.shape
    guard Self.fits(factors, on: input) else {
      throw DescentError(
        .invalidInput, "its input has the shape \(input), its layers' output \(factors)",
        at: network.path(of: self),
        advice: input.count == 1
          ? "end the layers with a dense layer of \(input[0]) units"
          : "end the layers with one factor for each channel, a row of \(input[input.count - 1]), or with such a map"
      )
    }
    try network.takePositions()
    try network.join(
      GateProduct(input, layout), source: network.last, fork: fork, projection: nil,
      formsGradient: true)
  }

  /// Whether factors of a shape multiply an input of another: one for each element, or one for each channel.
  package static func fits(_ factors: [Int], on input: [Int]) -> Bool {
    factors == input
      || factors.last == input.last && factors.count <= input.count
        && factors.dropLast().allSatisfy { $0 == 1 }
  }
}

/// Where a gate ends: multiplies what was passed by with what its layers made of it.
package struct GateProduct: Layer {
  package static let kind = "multiply"
  package static let summary = "Where a gate ends."

  /// What is multiplied, and how it lies.
  private let shape: [Int]
  private let layout: ActivationLayout

  init(_ shape: [Int], _ layout: ActivationLayout) {
    self.shape = shape
    self.layout = layout
  }

  package init(options: ConfigOptions) { self.init([], .rows(0)) }

  package var spansPositions: Bool { true }
  package var readsOutput: Bool { false }

  package func outputShape(for input: [Int]) -> [Int] { shape }

  package func outputLayout(for input: ActivationLayout, shape: [Int]) -> ActivationLayout {
    layout
  }

  /// The positions of a row of the batch.
  private func positions(of row: Int) -> Range<Int> {
    row * layout.positions..<(row + 1) * layout.positions
  }

  /// Whether the positions of a row share their factors.
  private func isPerChannel(_ context: LayerContext) -> Bool {
    context.input.rows < context.output.rows
  }

  private func factors(_ row: Int, _ context: LayerContext) -> Matrix {
    isPerChannel(context)
      ? context.input.rows(row..<row + 1).repeated(layout.positions)
      : context.input.rows(positions(of: row))
  }

  package func forward(_ context: LayerContext, rows: Range<Int>) {
    guard let x = context.skipInput else { return }
    for row in rows {
      let positions = positions(of: row)
      context.kernels.multiplyElements(
        x.rows(positions), factors(row, context), into: context.output.rows(positions))
    }
  }

  package func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient, let x = context.skipInput else { return }
    for row in rows {
      let positions = positions(of: row)
      let (d, x) = (d.rows(positions), x.rows(positions))
      if let dx = context.skipGradient {
        context.kernels.multiplyElements(d, factors(row, context), into: dx.rows(positions))
      }
      guard let ofFactors = context.inputGradient else { continue }
      if isPerChannel(context) {
        context.kernels.columnProducts(d, x, into: ofFactors.rows(row..<row + 1))
      } else {
        context.kernels.multiplyElements(d, x, into: ofFactors.rows(positions))
      }
    }
  }
}
