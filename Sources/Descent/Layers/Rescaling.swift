import Kernels

/// y = x·scale + offset: the first layer of a model whose inputs are bytes (`scale: unit`).
public struct Rescaling: Layer {
  public static let kind = "rescaling"
  public static let summary = "y = x·scale + offset."
  public static let keys = [
    ConfigKey(required: "scale", .number(), "The factor."),
    ConfigKey("offset", .number(), default: 0, "What is added."),
    ConfigKey(
      optional: "name", .string, absent: "made from the kind and position", "The layer's name."),
  ]

  public let scale: Double
  public let offset: Double
  public let name: String?

  public init(scale: Double, offset: Double = 0, name: String? = nil) {
    self.scale = scale
    self.offset = offset
    self.name = name
  }

  public init(options: ConfigOptions) throws(DescentError) {
    scale = options.number("scale")
    offset = options.number("offset")
    name = options.optionalString("name")
  }

  public var options: ConfigMap {
    var map: ConfigMap = ["scale": .number(scale), "offset": .number(offset)]
    map["name"] = name.map { .string($0) }
    return map
  }

  public var keras: KerasLayer {
    KerasLayer("Rescaling", ["scale": .number(scale), "offset": .number(offset)])
  }

  public var onlyScales: Bool { true }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    context.kernels.scale(
      context.input.rows(rows), by: Float(scale), offset: Float(offset),
      into: context.output.rows(rows))
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient, let dx = context.inputGradient else { return }
    context.kernels.scale(d.rows(rows), by: Float(scale), into: dx.rows(rows))
  }
}
