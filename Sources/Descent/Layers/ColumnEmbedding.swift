import Kernels

/// Replaces columns of a row that hold whole numbers, such as categories, by trained vectors; the other columns stay.
///
/// Shapes: x N × width; for each column its vectors ("embeddings") inputs × units; y N × (width − columns + Σ units),
/// a vector where its column was. It comes before anything is trained: numbers have no gradient.
public struct ColumnEmbedding: Layer {
  public static let kind = "column_embedding"
  public static let summary = "Replaces columns that hold whole numbers by trained vectors."
  public static let keys = [
    ConfigKey(required: "columns", .list(of: .map(columnKeys), atLeast: 1), "The columns."),
    ConfigKey(
      "embeddings_initializer", .component("initializer"), default: "random_uniform",
      "How the vectors begin."),
    LayerKeys.trainable, LayerKeys.name,
  ]
  private static let columnKeys = [
    ConfigKey(
      required: "position", .integer(.atLeast(0)), "The column's position in a row, from 0."),
    ConfigKey(
      required: "input_dim", .integer(.from(1, to: 1 << 24)),
      "How many numbers there are; the largest is one less."),
    ConfigKey(required: "output_dim", .integer(.from(1, to: 1 << 24)), "The vectors' length."),
  ]

  /// A column, and the vectors that its numbers stand for.
  public struct Column: Sendable, Equatable {
    /// The position in a row, from 0.
    public var position: Int
    /// How many numbers there are.
    public var inputs: Int
    /// The vectors' length.
    public var units: Int

    public init(position: Int, inputs: Int, units: Int) {
      self.position = position
      self.inputs = inputs
      self.units = units
    }
  }

  /// In the order of their positions.
  public let columns: [Column]
  public let initializer: any Initializer
  public let isTrainable: Bool
  public let name: String?

  public init(
    _ columns: [Column], initializer: some Initializer = RandomUniform(),
    isTrainable: Bool = true, name: String? = nil
  ) {
    self.columns = columns.sorted { $0.position < $1.position }
    self.initializer = initializer
    self.isTrainable = isTrainable
    self.name = name
  }

  public init(options: ConfigOptions) throws(DescentError) {
    var columns: [Column] = []
    for node in options.nodes("columns") {
      let column = try ConfigOptions(node, keys: Self.columnKeys)
      columns.append(
        Column(
          position: column.integer("position"), inputs: column.integer("input_dim"),
          units: column.integer("output_dim")))
    }
    self.columns = columns.sorted { $0.position < $1.position }
    initializer = try Registries.initializers.decode(options.node("embeddings_initializer"))
    isTrainable = options.bool("trainable")
    name = options.optionalString("name")
  }

  public var options: ConfigMap {
    var map: ConfigMap = [
      "columns": .list(
        columns.map {
          [
            "position": .integer($0.position), "input_dim": .integer($0.inputs),
            "output_dim": .integer($0.units),
          ]
        }),
      "embeddings_initializer": initializer.configuration, "trainable": .bool(isTrainable),
    ]
    map["name"] = name.map { .string($0) }
    return map
  }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    try LayerKeys.requireRows(input, kind: Self.kind)
    let positions = columns.map(\.position)
    guard Set(positions).count == positions.count, positions.allSatisfy({ $0 < input[0] }) else {
      throw DescentError(
        .invalidInput, "the columns are \(positions), of \(input[0]) in a row",
        advice: "each is from 0 to \(input[0] - 1), and no two are the same")
    }
    // Each summand is at most 2²⁴, and there are no more of them than columns, at most 2³⁰.
    return [columns.reduce(input[0] - columns.count) { $0 + $1.units }]
  }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    columns.map {
      ParameterSpecification(
        "embeddings_\($0.position)", shape: [$0.inputs, $0.units], initializer: initializer)
    }
  }

  public var numberColumns: [Int] { columns.map(\.position) }

  /// A normalisation leaves alone what is embedded after it: see `numberColumns`.
  public func checkPlace(after layers: [any Layer]) throws(DescentError) {
    guard !layers.allSatisfy({ $0.isIdentity || $0 is Normalization }) else { return }
    throw EmbeddedNumbers.misplaced(
      advice: "make it the first layer, or the second after a normalization; as to data.scale: "
        + "none and standard do")
  }

  /// - Throws: where a value stands for no vector; the row and the column are named.
  public func check(_ dataset: Dataset) throws(DescentError) {
    for column in columns {
      try EmbeddedNumbers.check(dataset, columns: [column.position], inputs: column.inputs)
    }
  }

  /// Values that stand for no vector, which `check` refuses, give NaN.
  public func forward(_ context: LayerContext, rows: Range<Int>) {
    for row in rows {
      var input = context.input.base + row * context.input.stride
      let end = input + context.input.columns
      var output = context.output.base + row * context.output.stride
      var position = 0
      for (index, column) in columns.enumerated() {
        let others = column.position - position
        output.update(from: input, count: others)
        (input, output) = (input + others, output + others)
        let vectors = context.parameters[index]
        if let number = EmbeddedNumbers.number(input.pointee, of: column.inputs) {
          output.update(from: vectors.base + number * vectors.stride, count: column.units)
        } else {
          output.update(repeating: .nan, count: column.units)
        }
        (input, output) = (input + 1, output + column.units)
        position = column.position + 1
      }
      output.update(from: input, count: end - input)
    }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {}

  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns blockColumns: Range<Int>,
    into block: Matrix
  ) {
    guard let d = context.outputGradient else { return }
    let column = columns[index]
    let first = columns[..<index].reduce(column.position) { $0 + $1.units - 1 }
    EmbeddedNumbers.gradient(
      into: block, numbers: rows, columns: blockColumns.count, placesPerRow: 1,
      shards: context.shards
    ) { place in
      EmbeddedNumbers.number(context.input[place, column.position], of: column.inputs)
    } gradient: { place in
      d.base + place * d.stride + first + blockColumns.lowerBound
    }
  }
}

extension Network {
  /// The layer that replaces columns of the rows by vectors, where there is one.
  var columnEmbedding: ColumnEmbedding? { layers.lazy.compactMap { $0 as? ColumnEmbedding }.first }
}
