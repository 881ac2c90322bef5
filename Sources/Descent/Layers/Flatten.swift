import Kernels

/// Makes one row of an input of several dimensions, as it lies in memory: height, width, channels.
public struct Flatten: Layer {
  public static let kind = "flatten"
  public static let summary = "Makes one row of an input of several dimensions."
  public static let keys = [
    ConfigKey(
      optional: "name", .string, absent: "made from the kind and position", "The layer's name.")
  ]

  public let name: String?

  public init(name: String? = nil) { self.name = name }
  public init(options: ConfigOptions) throws(DescentError) { name = options.optionalString("name") }

  public var options: ConfigMap {
    var map = ConfigMap()
    map["name"] = name.map { .string($0) }
    return map
  }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] { [input.reduce(1, *)] }
  public var isIdentity: Bool { true }
  public var keras: KerasLayer { KerasLayer("Flatten") }

  public func forward(_ context: LayerContext, rows: Range<Int>) {}
  public func backward(_ context: LayerContext, rows: Range<Int>) {}
}

extension NetworkAssembly {
  /// Makes rows of an input of several dimensions.
  public mutating func takeRows() throws(DescentError) {
    if shape.count > 1 { try place(Flatten()) }
  }
}
