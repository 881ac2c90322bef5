/// Gives each row another shape with the same values, as they lie in memory.
public struct Reshape: RearrangingLayer, TabledComponent {
  public static let kind = "reshape"
  public static let summary = "Gives each row another shape with the same values."
  public static let shorthand: String? = "target_shape"
  public static let table = ConfigTable(
    Reshape([]),
    .required(
      "target_shape", .list(of: .integer(.from(-1, to: 1 << 30)), atLeast: 1), \.targetShape,
      "The shape of a row; −1 for the one dimension that follows from the others."),
    .name(\.name))

  public private(set) var targetShape: [Int]
  public private(set) var name: String?
  package var copies = false

  public init(_ targetShape: [Int], name: String? = nil) {
    self.targetShape = targetShape
    self.name = name
  }

  /// - Throws: where the shape does not hold as many values as the input.
  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    let values = input.reduce(1, *)
    let free = targetShape.indices.filter { targetShape[$0] == -1 }
    var known = 1
    var fits = free.count <= 1 && !targetShape.isEmpty
    for dimension in targetShape where dimension != -1 {
      // A product that overflows is larger than any number of values.
      let (product, overflow) = known.multipliedReportingOverflow(by: dimension)
      fits = fits && dimension > 0 && !overflow && product <= values
      guard fits else { break }
      known = product
    }
    guard fits, values % known == 0, !free.isEmpty || known == values else {
      throw DescentError(
        .invalidInput, "an input of shape \(input) does not make rows of shape \(targetShape)",
        advice: "the dimensions' product has to be \(values); one of them may be -1")
    }
    return targetShape.map { $0 == -1 ? values / known : $0 }
  }
}
