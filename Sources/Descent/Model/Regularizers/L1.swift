/// A penalty of l1·Σ|w|.
public struct L1: Regularizer {
  public static let kind = "l1"
  public static let summary = "A penalty of l1·Σ|w|."
  public static let shorthand: String? = "l1"
  public static let keys = [key("l1", default: 0.01)]

  public let l1: Double
  public var l2: Double { 0 }

  public init(_ l1: Double = 0.01) {
    self.l1 = l1
  }

  public init(options: ConfigOptions) {
    l1 = options.number("l1")
  }

  public var options: ConfigMap { ["l1": .number(l1)] }
  public var keras: ConfigValue { keras("L1") }
}
