/// Normal with a variance of 1 / fan in, cut off at two standard deviations. For selu (LeCun et al. 1998).
public struct LecunNormal: ElementwiseInitializer, PlainComponent {
  public static let kind = "lecun_normal"
  public static let summary =
    "Normal with a variance of 1 / fan in, cut off at two standard deviations."

  public init() {}

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    let deviation = (1 / Double(fan.in)).squareRoot() / TruncatedNormal.shrinkage
    return Float(random.truncatedNormal(UInt64(index)) * deviation)
  }
}
