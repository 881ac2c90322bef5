/// y = (x − mean) / max(√variance, ε) per column, with statistics learnt from the training rows before
/// training (`scale: standard`); they are parameters that no optimizer touches.
///
/// With `robust` the median stands for the mean of columns of numbers, and the distance of the quartiles for the deviation: see
/// `ColumnStatistics`.
///
/// With `invert` the other way round, y = x·max(√variance, ε) + mean: the last layer of a model whose targets were
/// scaled (`scale_target: standard`), with the statistics of the training rows' targets.
///
/// Keras' layer of the same name, its third variable `count` included.
public struct Normalization: Layer, TabledComponent {
  public static let kind = "normalization"
  public static let summary = "y = (x − mean) / √variance per column, learnt before training."
  public static let table = ConfigTable(
    Normalization(),
    .option(
      "robust", .bool, \.isRobust,
      "Whether a table's columns of numbers are moved by their median and divided by the distance of their quartiles "
        + "instead."),
    .option(
      "invert", .bool, \.invert, "Whether it undoes the scaling instead: y = x·√variance + mean."),
    .name(\.name))

  /// Keras' `backend.epsilon()`.
  package static let epsilon: Float = 1e-7

  public private(set) var invert: Bool
  /// Whether columns of numbers are moved by the median and divided by the distance of the quartiles.
  public private(set) var isRobust: Bool
  public private(set) var name: String?

  public init(invert: Bool = false, isRobust: Bool = false, name: String? = nil) {
    self.isRobust = isRobust
    self.invert = invert
    self.name = name
  }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    let width = input[input.count - 1]
    return [
      ParameterSpecification("mean", shape: [width], initializer: Zeros(), isTrainable: false),
      ParameterSpecification("variance", shape: [width], initializer: Ones(), isTrainable: false),
    ]
  }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    guard input.count == 1 else {
      throw DescentError(
        .invalidInput, "normalization takes rows, not an input of shape \(input)",
        advice: "use scale: unit for images")
    }
    return input
  }

  /// The factor: 1 / max(√variance, ε), or its inverse.
  public func workspace(for input: [Int]) -> [Workspace] { [.columns(width: input[0])] }

  public func prepare(_ context: LayerContext) {
    let variance = context.parameters[1]
    for column in 0..<variance.columns {
      let deviation = Self.deviation(variance[0, column])
      context.workspace[0][0, column] = invert ? deviation : 1 / deviation
    }
  }

  package static func deviation(_ variance: Float) -> Float {
    max(variance.squareRoot(), epsilon)
  }

  /// What differences from the mean are multiplied by.
  package static func factor(_ variance: Float) -> Float { 1 / deviation(variance) }

  public var onlyScales: Bool { true }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    if invert {
      let (x, y) = (context.input, context.output)
      let (factor, mean) = (context.workspace[0], context.parameters[0])
      for row in rows {
        for column in 0..<x.columns {
          y[row, column] = x[row, column] * factor[0, column] + mean[0, column]
        }
      }
      return
    }
    context.kernels.normalize(
      context.input.rows(rows), shift: context.parameters[0], scale: context.workspace[0],
      into: context.output.rows(rows))
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient?.rows(rows), let dx = context.inputGradient?.rows(rows)
    else { return }
    for row in 0..<d.rows {
      for column in 0..<d.columns {
        dx[row, column] = d[row, column] * context.workspace[0][0, column]
      }
    }
  }
}
