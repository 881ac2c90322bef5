/// f(z) = tanh z.
public struct Tanh: KernelActivation, PlainComponent {
  public static let kind = "tanh"
  public static let summary = "f(z) = tanh z."

  public init() {}

  public var kernel: KernelSet.Activation { .tanh }
}

extension Activation where Self == Tanh {
  /// f(z) = tanh z.
  public static var tanh: Tanh { Tanh() }
}
