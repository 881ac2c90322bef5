import Kernels

/// f(z) = z where z > 0, and a part of it below.
public struct LeakyReLU: KernelActivation, TabledComponent {
  public static let kind = "leaky_relu"
  public static let summary = "f(z) = z where z > 0, and a part of it below."
  public static let shorthand: String? = "negative_slope"
  public static let table = ConfigTable(
    LeakyReLU(),
    .option("negative_slope", .number(.atLeast(0)), \.negativeSlope, "The factor below 0."))

  /// The factor below 0.
  public private(set) var negativeSlope: Double

  public init(negativeSlope: Double = 0.2) {
    self.negativeSlope = negativeSlope
  }

  public var kernel: KernelSet.Activation { .leaky(slope: Float(negativeSlope)) }

  /// Keras' functions take no numbers in a config; its layer of that name does.
  public var keras: ConfigValue {
    if negativeSlope == 0.2 { return .string(Self.kind) }
    return [
      "module": "keras.layers", "class_name": "LeakyReLU",
      "config": ["negative_slope": .number(negativeSlope)],
      "registered_name": .null,
    ]
  }
}

extension Activation where Self == LeakyReLU {
  /// f(z) = z where z > 0, and a part of it below.
  public static var leakyReLU: LeakyReLU { LeakyReLU() }
}

extension LeakyReLU: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String {
    graph.add("LeakyRelu", [z], [("alpha", .float(Float(negativeSlope)))])
  }
}

extension LeakyReLU: KerasReadableActivation {
  static func read(
    kerasClass name: String, _ config: ConfigMap, _ parts: KerasParts
  ) -> ConfigValue? {
    guard name == "LeakyReLU" else { return nil }
    // The second name is that of Keras 2.
    return [
      kind: ["negative_slope": config.given("negative_slope") ?? config.given("alpha") ?? 0.3]
    ]
  }
}
