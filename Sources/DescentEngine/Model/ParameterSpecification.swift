/// One tensor of a layer, before it has a place in memory.
public struct ParameterSpecification: Sendable {
  /// The name within the layer, in Keras' terms: "kernel", "bias", "gamma", "moving_mean".
  public var name: String
  public var shape: [Int]
  public var initializer: any Initializer
  /// Whether the optimizer changes it. Moving statistics are not trained; the layer itself updates them.
  public var isTrainable: Bool
  /// The forms in which it is kept a second time.
  public var copies: [DerivedCopy]
  /// What is added to the cost for its size.
  public var regularizer: (any Regularizer)?
  /// What it is brought back to after every update.
  public var constraint: (any Constraint)?

  public init(
    _ name: String, shape: [Int], initializer: any Initializer, isTrainable: Bool = true,
    copies: [DerivedCopy] = [], regularizer: (any Regularizer)? = nil,
    constraint: (any Constraint)? = nil
  ) {
    self.name = name
    self.shape = shape
    self.initializer = initializer
    self.isTrainable = isTrainable
    self.copies = copies
    self.regularizer = regularizer
    self.constraint = constraint
  }

  /// In memory: the last dimension along a row, all others down the rows.
  package var rows: Int { shape.dropLast().reduce(1, *) }
  package var columns: Int { shape.last ?? 1 }

  /// The numbers of units that feed into one output and are fed by one input, as Keras counts them: of a vector both are
  /// its length; of a kernel of more than two dimensions the last two count channels, all others positions.
  package var fan: (in: Int, out: Int) {
    guard let last = shape.last else { return (1, 1) }
    guard shape.count > 1 else { return (last, last) }
    let positions = shape.dropLast(2).reduce(1, *)
    return (shape[shape.count - 2] * positions, last * positions)
  }
}
