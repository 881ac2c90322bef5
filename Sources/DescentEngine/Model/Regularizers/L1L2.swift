/// A penalty of l1·Σ|w| + l2·Σw².
public struct L1L2: Regularizer, TabledComponent {
  public static let kind = "l1_l2"
  public static let summary = "A penalty of l1·Σ|w| + l2·Σw²."
  public static let table = ConfigTable(
    L1L2(),
    .penalty("l1", \.l1),
    .penalty("l2", \.l2))

  public private(set) var l1: Double
  public private(set) var l2: Double

  public init(l1: Double = 0, l2: Double = 0) {
    self.l1 = l1
    self.l2 = l2
  }

  public var keras: ConfigValue { keras("L1L2") }
}
