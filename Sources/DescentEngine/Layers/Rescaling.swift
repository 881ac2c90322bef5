/// y = x·scale + offset: the first layer of a model whose inputs are bytes (`scale: unit`), and beside a
/// `Normalization` whose columns are too small or too large for it, with a factor for each.
public struct Rescaling: Layer, TabledComponent {
  public static let kind = "rescaling"
  public static let summary = "y = x·scale + offset."
  public static let table = ConfigTable(
    Rescaling(scale: 1),
    .custom(
      ConfigKey(
        required: "scale", .oneOf([.number(), .list(of: .number(), atLeast: 1)]),
        "The factor, or one for each column."),
      read: { options, layer in
        layer.factors = options.values["scale"].flatMap { [Double]($0) }
        layer.scale = layer.factors?.first ?? options.optionalNumber("scale") ?? 1
      }, write: { $0.scaleValue }),
    .option("offset", .number(), \.offset, "What is added."), .name(\.name))

  public private(set) var scale: Double
  /// The columns' factors; nil where all have `scale`.
  public private(set) var factors: [Double]?
  public private(set) var offset: Double
  public private(set) var name: String?

  public init(scale: Double, offset: Double = 0, name: String? = nil) {
    self.scale = scale
    factors = nil
    self.offset = offset
    self.name = name
  }

  /// A factor for each column.
  public init(factors: [Double], name: String? = nil) {
    scale = factors.first ?? 1
    self.factors = factors
    offset = 0
    self.name = name
  }

  package var scaleValue: ConfigValue {
    factors.map { .list($0.map { .number($0) }) } ?? .number(scale)
  }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    if let factors, input != [factors.count] {
      throw DescentError(
        .invalidInput, "rescaling has \(factors.count) factors for an input of shape \(input)",
        advice: "give one for each column, or one for all")
    }
    return input
  }

  public var onlyScales: Bool { true }

  /// The columns' factors.
  public func workspace(for input: [Int]) -> [Workspace] {
    factors == nil ? [] : [.columns(width: input[0])]
  }

  public func prepare(_ context: LayerContext) {
    for (column, factor) in (factors ?? []).enumerated() {
      context.workspace[0][0, column] = Float(factor)
    }
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    guard factors != nil else {
      context.kernels.scale(
        context.input.rows(rows), by: Float(scale), offset: Float(offset),
        into: context.output.rows(rows))
      return
    }
    multiply(context.input.rows(rows), by: context.workspace[0], into: context.output.rows(rows))
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient, let dx = context.inputGradient else { return }
    guard factors != nil else {
      context.kernels.scale(d.rows(rows), by: Float(scale), into: dx.rows(rows))
      return
    }
    multiply(d.rows(rows), by: context.workspace[0], offset: 0, into: dx.rows(rows))
  }

  private func multiply(
    _ x: Matrix, by factors: Matrix, offset: Float? = nil, into y: Matrix
  ) {
    let offset = offset ?? Float(self.offset)
    for row in 0..<x.rows {
      for column in 0..<x.columns {
        y[row, column] = x[row, column] * factors[0, column] + offset
      }
    }
  }
}
