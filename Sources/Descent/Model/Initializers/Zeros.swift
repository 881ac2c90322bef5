/// All zeros.
public struct Zeros: Initializer {
  public static let kind = "zeros"
  public static let summary = "All zeros."
  public static let keys: [ConfigKey] = []

  public init() {}
  public init(options: ConfigOptions) {}
  public var options: ConfigMap { [:] }

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float { 0 }
}
