import Kernels

/// y = (x − mean) / max(√variance, ε) per column, with statistics learnt from the training rows before
/// training (`scale: standard`); they are parameters that no optimizer touches.
///
/// Keras' layer of the same name, its third variable `count` included.
public struct Normalization: Layer {
  public static let kind = "normalization"
  public static let summary = "y = (x − mean) / √variance per column, learnt before training."
  public static let keys = [
    ConfigKey(
      optional: "name", .string, absent: "made from the kind and position", "The layer's name.")
  ]

  /// Keras' `backend.epsilon()`.
  static let epsilon: Float = 1e-7

  public let name: String?

  public init(name: String? = nil) { self.name = name }
  public init(options: ConfigOptions) throws(DescentError) { name = options.optionalString("name") }

  public var options: ConfigMap {
    var map = ConfigMap()
    map["name"] = name.map { .string($0) }
    return map
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

  /// 1 / max(√variance, ε)
  public func workspace(for input: [Int]) -> [Workspace] { [.columns(width: input[0])] }

  public func prepare(_ context: LayerContext) {
    let variance = context.parameters[1]
    for column in 0..<variance.columns {
      context.workspace[0][0, column] = 1 / max(variance[0, column].squareRoot(), Self.epsilon)
    }
  }

  public var keras: KerasLayer {
    KerasLayer("Normalization", ["axis": [-1]], constants: [("count", 0)])
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
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
