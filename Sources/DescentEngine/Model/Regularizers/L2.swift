/// A penalty of l2·Σw².
public struct L2: Regularizer, TabledComponent {
  public static let kind = "l2"
  public static let summary = "A penalty of l2·Σw²."
  public static let shorthand: String? = "l2"
  public static let table = ConfigTable(
    L2(),
    .penalty("l2", \.l2))

  public private(set) var l2: Double
  public var l1: Double { 0 }

  public init(_ l2: Double = 0.01) {
    self.l2 = l2
  }

  public var keras: ConfigValue { keras("L2") }
}
