/// Makes one row of an input of several dimensions, as it lies in memory: height, width, channels.
public struct Flatten: RearrangingLayer, TabledComponent {
  public static let kind = "flatten"
  public static let summary = "Makes one row of an input of several dimensions."
  public static let table = ConfigTable(
    Flatten(),
    .name(\.name))

  public private(set) var name: String?
  package var copies = false

  public init(name: String? = nil) { self.name = name }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] { [input.reduce(1, *)] }
}

extension NetworkAssembly {
  /// Makes rows of an input of several dimensions.
  public mutating func takeRows() throws(DescentError) {
    if shape.count > 1 { try place(Flatten()) }
  }
}
