/// All zeros.
public struct Zeros: ElementwiseInitializer, PlainComponent {
  public static let kind = "zeros"
  public static let summary = "All zeros."

  public init() {}

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float { 0 }
}
