/// f(z) = 1.0507·z where z > 0, 1.7581·(e^z − 1) below.
public struct SELU: KernelActivation, PlainComponent {
  public static let kind = "selu"
  public static let summary = "f(z) = 1.0507·z where z > 0, 1.7581·(e^z − 1) below."

  public init() {}

  public var kernel: KernelSet.Activation {
    .elu(scale: 1.05070098, alpha: 1.05070098 * 1.67326324)
  }
}

extension Activation where Self == SELU {
  /// f(z) = 1.0507·z where z > 0, 1.7581·(e^z − 1) below.
  public static var selu: SELU { SELU() }
}
