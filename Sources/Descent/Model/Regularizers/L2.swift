/// A penalty of l2·Σw².
public struct L2: Regularizer {
  public static let kind = "l2"
  public static let summary = "A penalty of l2·Σw²."
  public static let shorthand: String? = "l2"
  public static let keys = [key("l2", default: 0.01)]

  public let l2: Double
  public var l1: Double { 0 }

  public init(_ l2: Double = 0.01) {
    self.l2 = l2
  }

  public init(options: ConfigOptions) {
    l2 = options.number("l2")
  }

  public var options: ConfigMap { ["l2": .number(l2)] }
  public var keras: ConfigValue { keras("L2") }
}
