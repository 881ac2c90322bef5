/// Replaces each whole number of a row by a trained vector.
///
/// Shapes: x N × length, whole numbers in 0 ..< inputs; the vectors ("embeddings") inputs × units; y N × length
/// × units. It is the network's first layer: numbers have no gradient.
public struct Embedding: Layer, TabledComponent {
  public static let kind = "embedding"
  public static let summary = "Replaces each whole number of a row by a trained vector."
  public static let table = ConfigTable(
    Embedding(inputs: 1, units: 1),
    .required(
      "input_dim", .integer(.from(1, to: 1 << 24)), \.inputs,
      "How many numbers there are; the largest is one less."),
    .required("output_dim", .integer(.from(1, to: 1 << 24)), \.units, "The vectors' length."),
    .initializer("embeddings_initializer", \.initializer, "How the vectors begin."),
    .trainable(\.isTrainable),
    .name(\.name))

  public private(set) var inputs: Int
  public private(set) var units: Int
  public private(set) var initializer: any Initializer
  public private(set) var isTrainable: Bool
  public private(set) var name: String?

  public init(
    inputs: Int, units: Int, initializer: some Initializer = RandomUniform(),
    isTrainable: Bool = true, name: String? = nil
  ) {
    self.inputs = inputs
    self.units = units
    self.initializer = initializer
    self.isTrainable = isTrainable
    self.name = name
  }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    try Self.requireRows(input)
    let (_, overflow) = input[0].multipliedReportingOverflow(by: units)
    guard !overflow else {
      throw DescentError(
        .invalidInput, "\(input[0]) vectors of \(units) values are too many for a row")
    }
    return input + [units]
  }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    [ParameterSpecification("embeddings", shape: [inputs, units], initializer: initializer)]
  }

  public func checkPlace(after layers: [any Layer]) throws(DescentError) {
    guard !layers.allSatisfy(\.isIdentity) else { return }
    throw EmbeddedNumbers.misplaced(advice: "make it the first layer, with scale: none")
  }

  /// - Throws: where a value of a row stands for no vector; the row and the column are named.
  public func check(_ dataset: Dataset) throws(DescentError) {
    try EmbeddedNumbers.check(dataset, columns: Array(0..<dataset.width), inputs: inputs)
  }

  /// Values that stand for no vector, which `check` refuses, give NaN.
  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let vectors = context.parameters[0]
    for row in rows {
      for position in 0..<context.input.columns {
        let output = context.output.base + row * context.output.stride + position * units
        if let index = EmbeddedNumbers.number(context.input[row, position], of: inputs) {
          output.update(from: vectors.base + index * vectors.stride, count: units)
        } else {
          output.update(repeating: .nan, count: units)
        }
      }
    }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {}

  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix
  ) {
    guard let d = context.outputGradient else { return }
    let length = context.input.columns
    EmbeddedNumbers.gradient(
      into: block, numbers: rows, columns: columns.count, placesPerRow: length,
      shards: context.shards
    ) { place in
      EmbeddedNumbers.number(context.input[place / length, place % length], of: inputs)
    } gradient: { place in
      d.base + place / length * d.stride + place % length * units + columns.lowerBound
    }
  }
}
