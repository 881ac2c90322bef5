/// A penalty of l1·Σ|w|.
public struct L1: Regularizer, TabledComponent {
  public static let kind = "l1"
  public static let summary = "A penalty of l1·Σ|w|."
  public static let shorthand: String? = "l1"
  public static let table = ConfigTable(
    L1(),
    .penalty("l1", \.l1))

  public private(set) var l1: Double
  public var l2: Double { 0 }

  public init(_ l1: Double = 0.01) {
    self.l1 = l1
  }

  public var keras: ConfigValue { keras("L1") }
}
