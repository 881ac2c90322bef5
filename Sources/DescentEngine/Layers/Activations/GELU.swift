/// f(z) = z·Φ(z), with the normal distribution Φ, or its approximation by tanh.
public struct GELU: KernelActivation, TabledComponent {
  public static let kind = "gelu"
  public static let summary = "f(z) = z·Φ(z), with the normal distribution Φ."
  public static let shorthand: String? = "approximate"
  public static let table = ConfigTable(
    GELU(),
    .option("approximate", .bool, \.approximate, "Whether Φ is approximated by tanh."))

  /// Whether Φ(z) is approximated by (1 + tanh(√(2/π)·(z + 0.044715·z³)))/2.
  public private(set) var approximate: Bool

  public init(approximate: Bool = false) { self.approximate = approximate }

  public var kernel: KernelSet.Activation { approximate ? .approximateGelu : .gelu }

  /// Keras' functions take no numbers in a config, and its name stands for the exact function; its operation of that
  /// name takes both.
  public var keras: ConfigValue {
    guard approximate else { return .string(Self.kind) }
    return [
      "module": "keras.src.ops.nn", "class_name": "Gelu", "config": ["approximate": true],
      "registered_name": .null,
    ]
  }
}

extension Activation where Self == GELU {
  /// f(z) = z·Φ(z), with the normal distribution Φ.
  public static var gelu: GELU { GELU() }
}
