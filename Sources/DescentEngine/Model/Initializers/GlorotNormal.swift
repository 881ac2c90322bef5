/// Normal with a variance of 2 / (fan in + fan out), cut off at two standard deviations. Glorot & Bengio 2010.
public struct GlorotNormal: ElementwiseInitializer, PlainComponent {
  public static let kind = "glorot_normal"
  public static let summary =
    "Normal with a variance of 2 / (fan in + fan out), cut off at two standard deviations."

  public init() {}

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    let deviation = (2 / Double(fan.in + fan.out)).squareRoot() / TruncatedNormal.shrinkage
    return Float(random.truncatedNormal(UInt64(index)) * deviation)
  }
}
