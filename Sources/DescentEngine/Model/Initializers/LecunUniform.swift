/// Uniform in ±√(3 / fan in). LeCun et al. 1998.
public struct LecunUniform: ElementwiseInitializer, PlainComponent {
  public static let kind = "lecun_uniform"
  public static let summary = "Uniform in ±√(3 / fan in)."

  public init() {}

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    let limit = (3 / Double(fan.in)).squareRoot()
    return Float((random.uniform(UInt64(index)) * 2 - 1) * limit)
  }
}
