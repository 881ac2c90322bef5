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
