/// All ones.
public struct Ones: Initializer {
  public static let kind = "ones"
  public static let summary = "All ones."
  public static let keys: [ConfigKey] = []

  public init() {}
  public init(options: ConfigOptions) {}
  public var options: ConfigMap { [:] }

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float { 1 }
}
