/// f(z) = z / (1 + |z|).
public struct Softsign: KernelActivation, PlainComponent {
  public static let kind = "softsign"
  public static let summary = "f(z) = z / (1 + |z|)."

  public init() {}

  public var kernel: KernelSet.Activation { .softsign }
}

extension Activation where Self == Softsign {
  /// f(z) = z / (1 + |z|).
  public static var softsign: Softsign { Softsign() }
}
