import Kernels

/// Replaces each whole number of a row by a trained vector.
///
/// Shapes: x N × length, whole numbers in 0 ..< inputs; the vectors ("embeddings") inputs × units; y N × length
/// × units. It is the network's first layer: numbers have no gradient.
public struct Embedding: Layer {
  public static let kind = "embedding"
  public static let summary = "Replaces each whole number of a row by a trained vector."
  public static let keys = [
    ConfigKey(
      required: "input_dim", .integer(.from(1, to: 1 << 24)),
      "How many numbers there are; the largest is one less."),
    ConfigKey(required: "output_dim", .integer(.from(1, to: 1 << 24)), "The vectors' length."),
    ConfigKey(
      "embeddings_initializer", .component("initializer"), default: "random_uniform",
      "How the vectors begin."),
    LayerKeys.trainable, LayerKeys.name,
  ]

  public let inputs: Int
  public let units: Int
  public let initializer: any Initializer
  public let isTrainable: Bool
  public let name: String?

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

  public init(options: ConfigOptions) throws(DescentError) {
    inputs = options.integer("input_dim")
    units = options.integer("output_dim")
    initializer = try Registries.initializers.decode(options.node("embeddings_initializer"))
    isTrainable = options.bool("trainable")
    name = options.optionalString("name")
  }

  public var options: ConfigMap {
    var map: ConfigMap = [
      "input_dim": .integer(inputs), "output_dim": .integer(units),
      "embeddings_initializer": initializer.configuration, "trainable": .bool(isTrainable),
    ]
    map["name"] = name.map { .string($0) }
    return map
  }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    try LayerKeys.requireRows(input, kind: Self.kind)
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
