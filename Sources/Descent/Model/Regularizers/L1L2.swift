/// A penalty of l1·Σ|w| + l2·Σw².
public struct L1L2: Regularizer {
  public static let kind = "l1_l2"
  public static let summary = "A penalty of l1·Σ|w| + l2·Σw²."
  public static let keys = [key("l1", default: 0), key("l2", default: 0)]

  public let l1: Double
  public let l2: Double

  public init(l1: Double = 0, l2: Double = 0) {
    self.l1 = l1
    self.l2 = l2
  }

  public init(options: ConfigOptions) {
    l1 = options.number("l1")
    l2 = options.number("l2")
  }

  public var options: ConfigMap { ["l1": .number(l1), "l2": .number(l2)] }
  public var keras: ConfigValue { keras("L1L2") }
}
