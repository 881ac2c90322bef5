/// An activation function as a layer of its own.
public struct ActivationLayer: Layer, TabledComponent {
  public static let kind = "activation"
  public static let summary = "An activation function as a layer of its own."
  public static let shorthand: String? = "function"
  public static let table = ConfigTable(
    ActivationLayer(Linear()),
    .custom(
      ConfigKey(required: "function", .component("activation"), "The function."),
      read: { options, layer throws(DescentError) in
        layer.function = try Registries.activations.decode(options.node("function"))
      }, write: { $0.function.configuration }),
    .name(\.name))

  public private(set) var function: any Activation
  public private(set) var name: String?

  public init(_ function: some Activation, name: String? = nil) {
    self.function = function
    self.name = name
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
  public var overwritesInput: Bool { !function.needsInput }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let output = context.output.rows(rows)
    if context.input.base != context.output.base {
      context.kernels.scale(context.input.rows(rows), by: 1, into: output)
    }
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
