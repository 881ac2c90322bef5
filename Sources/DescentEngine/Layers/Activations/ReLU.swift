/// f(z) = max(0, z).
public struct ReLU: KernelActivation, PlainComponent {
  public static let kind = "relu"
  public static let summary = "f(z) = max(0, z)."

  public init() {}

  public var kernel: KernelSet.Activation { .rectify }
  public var isRectifier: Bool { true }
}

extension Activation where Self == ReLU {
  /// f(z) = max(0, z).
  public static var relu: ReLU { ReLU() }
}
