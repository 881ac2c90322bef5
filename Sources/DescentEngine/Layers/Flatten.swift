/// Makes one row of an input of several dimensions, as it lies in memory: height, width, channels.
public struct Flatten: Layer, TabledComponent {
  public static let kind = "flatten"
  public static let summary = "Makes one row of an input of several dimensions."
  public static let table = ConfigTable(
    Flatten(),
    .name(\.name))

  public private(set) var name: String?
  /// Whether the input's positions have gaps between them, so that it has to be copied.
  private var copies = false

  public init(name: String? = nil) { self.name = name }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] { [input.reduce(1, *)] }
  public var isIdentity: Bool { !copies }

  public func outputLayout(for input: ActivationLayout, shape: [Int]) -> ActivationLayout {
    .rows(shape.reduce(1, *))
  }

  public func placed(on input: [Int], layout: ActivationLayout) -> any Layer {
    var layer = self
    layer.copies = !layout.isGapless
    return layer
  }

  public var spansPositions: Bool { true }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    guard copies else { return }
    context.input.copyPositions(of: rows, into: context.output)
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard copies, let d = context.outputGradient, let dx = context.inputGradient else { return }
    d.copyPositions(of: rows, into: dx)
  }
}

extension Matrix {
  /// Copies rows of a batch between a matrix of positions and one of whole rows, in the one direction or in the other.
  func copyPositions(of rows: Range<Int>, into other: Matrix) {
    let (wide, narrow) = columns > other.columns ? (self, other) : (other, self)
    let positions = wide.columns / narrow.columns
    for row in rows {
      for position in 0..<positions {
        let inWide = wide.base + row * wide.stride + position * narrow.columns
        let inNarrow = narrow.base + (row * positions + position) * narrow.stride
        if wide.base == base {
          inNarrow.update(from: inWide, count: narrow.columns)
        } else {
          inWide.update(from: inNarrow, count: narrow.columns)
        }
      }
    }
  }
}

extension NetworkAssembly {
  /// Makes rows of an input of several dimensions.
  public mutating func takeRows() throws(DescentError) {
    if shape.count > 1 { try place(Flatten()) }
  }
}
