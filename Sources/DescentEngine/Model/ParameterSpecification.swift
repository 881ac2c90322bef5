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
  /// How many of the last dimensions lie along a row in memory: columns are what constraints take for units.
  public var columnAxes: Int

  public init(
    _ name: String, shape: [Int], initializer: any Initializer, isTrainable: Bool = true,
    copies: [DerivedCopy] = [], regularizer: (any Regularizer)? = nil,
    constraint: (any Constraint)? = nil, columnAxes: Int = 1
  ) {
    self.name = name
    self.shape = shape
    self.initializer = initializer
    self.isTrainable = isTrainable
    self.copies = copies
    self.regularizer = regularizer
    self.constraint = constraint
    self.columnAxes = columnAxes
  }

  /// In memory: the last dimensions along a row, all others down the rows.
  package var rows: Int { shape.dropLast(columnAxes).reduce(1, *) }
  package var columns: Int { shape.suffix(columnAxes).reduce(1, *) }

  /// Sets its elements to first values.
  package func initialize(_ parameter: Matrix, random: CounterRandom) {
    guard columnAxes > 1 else { return initializer.fill(parameter, fan: fan, random: random) }
    // Initializers see the last dimension alone along rows, as they do in Keras.
    let width = shape.last ?? 1
    let (memory, values) = AlignedFloats.matrix(rows: rows * columns / width, columns: width)
    initializer.fill(values, fan: fan, random: random)
    for element in 0..<rows * columns {
      parameter[element / columns, element % columns] = values[element / width, element % width]
    }
    withExtendedLifetime(memory) {}
  }

  /// The numbers of units that feed into one output and are fed by one input, as Keras counts them: of a vector both are
  /// its length; of a kernel of more than two dimensions the last two count channels, all others positions.
  package var fan: (in: Int, out: Int) {
    guard let last = shape.last else { return (1, 1) }
    guard shape.count > 1 else { return (last, last) }
    let positions = shape.dropLast(2).reduce(1, *)
    return (shape[shape.count - 2] * positions, last * positions)
  }
}
