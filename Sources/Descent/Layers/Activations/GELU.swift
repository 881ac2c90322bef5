import Kernels

/// f(z) = z·Φ(z), with the normal distribution Φ, or its approximation by tanh.
public struct GELU: ElementwiseActivation {
  public static let kind = "gelu"
  public static let summary = "f(z) = z·Φ(z), with the normal distribution Φ."
  public static let shorthand: String? = "approximate"
  public static let keys = [
    ConfigKey("approximate", .bool, default: false, "Whether Φ is approximated by tanh.")
  ]

  /// Whether Φ(z) is approximated by (1 + tanh(√(2/π)·(z + 0.044715·z³)))/2.
  public let approximate: Bool

  public init(approximate: Bool = false) { self.approximate = approximate }
  public init(options: ConfigOptions) { approximate = options.bool("approximate") }

  public var options: ConfigMap { ["approximate": .bool(approximate)] }

  public var kernel: KernelSet.Activation { approximate ? .approximateGelu : .gelu }

  /// Keras' configs have a name for the exact function alone. The other's makes Keras refuse the file, rather
  /// than predict with another function.
  public var keras: ConfigValue { approximate ? "gelu_approximate" : "gelu" }
}

extension Activation where Self == GELU {
  /// f(z) = z·Φ(z), with the normal distribution Φ.
  public static var gelu: GELU { GELU() }
}
