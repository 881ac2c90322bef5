/// f(z) = z where z > 0, alpha·(e^z − 1) below.
public struct ELU: KernelActivation, TabledComponent {
  public static let kind = "elu"
  public static let summary = "f(z) = z where z > 0, alpha·(e^z − 1) below."
  public static let shorthand: String? = "alpha"
  public static let table = ConfigTable(
    ELU(),
    .option("alpha", .number(.atLeast(0)), \.alpha, "The limit at −∞, with its sign turned."))

  /// The limit at −∞, with its sign turned.
  public private(set) var alpha: Double

  public init(alpha: Double = 1.0) {
    self.alpha = alpha
  }

  public var kernel: KernelSet.Activation { .elu(scale: 1, alpha: Float(alpha)) }

  /// Keras' functions take no numbers in a config; its layer of that name does.
  public var keras: ConfigValue {
    if alpha == 1.0 { return .string(Self.kind) }
    return [
      "module": "keras.layers", "class_name": "ELU", "config": ["alpha": .number(alpha)],
      "registered_name": .null,
    ]
  }
}

extension Activation where Self == ELU {
  /// f(z) = z where z > 0, alpha·(e^z − 1) below.
  public static var elu: ELU { ELU() }
}
