/// Uniform in ±√(6 / fan in). For relu (He et al. 2015).
public struct HeUniform: ElementwiseInitializer, PlainComponent {
  public static let kind = "he_uniform"
  public static let summary = "Uniform in ±√(6 / fan in)."

  public init() {}

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    let limit = (6 / Double(fan.in)).squareRoot()
    return Float((random.uniform(UInt64(index)) * 2 - 1) * limit)
  }
}
