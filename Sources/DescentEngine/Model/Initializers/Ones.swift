/// All ones.
public struct Ones: ElementwiseInitializer, PlainComponent {
  public static let kind = "ones"
  public static let summary = "All ones."

  public init() {}

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float { 1 }
}
