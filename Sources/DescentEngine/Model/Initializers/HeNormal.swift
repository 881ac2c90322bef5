/// Normal with a variance of 2 / fan in, cut off at two standard deviations. For relu (He et al. 2015).
public struct HeNormal: ElementwiseInitializer, PlainComponent {
  public static let kind = "he_normal"
  public static let summary =
    "Normal with a variance of 2 / fan in, cut off at two standard deviations."

  public init() {}

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    let deviation = (2 / Double(fan.in)).squareRoot() / TruncatedNormal.shrinkage
    return Float(random.truncatedNormal(UInt64(index)) * deviation)
  }
}
