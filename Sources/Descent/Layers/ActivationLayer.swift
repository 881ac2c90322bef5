import Kernels

/// An activation function as a layer of its own.
public struct ActivationLayer: Layer {
  public static let kind = "activation"
  public static let summary = "An activation function as a layer of its own."
  public static let shorthand: String? = "function"
  public static let keys = [
    ConfigKey(required: "function", .component("activation"), "The function."),
    ConfigKey(
      optional: "name", .string, absent: "made from the kind and position", "The layer's name."),
  ]

  public let function: any Activation
  public let name: String?

  public init(_ function: some Activation, name: String? = nil) {
    self.function = function
    self.name = name
  }

  public init(options: ConfigOptions) throws(DescentError) {
    function = try Registries.activations.decode(options.node("function"))
    name = options.optionalString("name")
  }

  public var options: ConfigMap {
    var map: ConfigMap = ["function": function.configuration]
    map["name"] = name.map { .string($0) }
    return map
  }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    if (function is Softmax || function is LogSoftmax) && input.count != 1 {
      throw DescentError(
        .invalidInput, "\(type(of: function).kind) takes rows, not an input of shape \(input)",
        advice: "put a flatten layer before it")
    }
    return input
  }

  public var outputActivation: (any Activation)? { function }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let output = context.output.rows(rows)
    context.kernels.scale(context.input.rows(rows), by: 1, into: output)
    if !context.costTakesActivation { function.apply(output, kernels: context.kernels) }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient?.rows(rows), let dx = context.inputGradient?.rows(rows)
    else { return }
    if !context.costTakesActivation {
      function.differentiate(
        d, output: (function.needsInput ? context.input : context.output).rows(rows),
        kernels: context.kernels)
    }
    context.kernels.scale(d, by: 1, into: dx)
  }
}
