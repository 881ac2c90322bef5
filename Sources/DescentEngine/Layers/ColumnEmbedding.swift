/// Replaces columns of a row that hold whole numbers, such as categories, by trained vectors; the other columns stay.
///
/// Shapes: x N × width; for each column its vectors ("embeddings") inputs × units; y N × (width − columns + Σ units),
/// a vector where its column was. It comes before anything is trained: numbers have no gradient.
public struct ColumnEmbedding: Layer, TabledComponent {
  public static let kind = "column_embedding"
  public static let summary = "Replaces columns that hold whole numbers by trained vectors."
  public static let table = ConfigTable(
    ColumnEmbedding([]),
    .custom(
      ConfigKey(
        required: "columns", .list(of: .map(Column.table.keys), atLeast: 1), "The columns."),
      read: { options, layer throws(DescentError) in
        var columns: [Column] = []
        for node in options.nodes("columns") {
          columns.append(try Column.table.read(ConfigOptions(node, keys: Column.table.keys)))
        }
        layer.columns = columns.sorted { $0.position < $1.position }
      }, write: { .list($0.columns.map { .map(Column.table.values(of: $0)) }) }),
    .initializer("embeddings_initializer", \.initializer, "How the vectors begin."),
    .trainable(\.isTrainable), .name(\.name))

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

    fileprivate static let table = ConfigTable(
      Column(position: 0, inputs: 1, units: 1),
      .required(
        "position", .integer(.atLeast(0)), \.position, "The column's position in a row, from 0."),
      .required(
        "input_dim", .integer(.from(1, to: 1 << 24)), \.inputs,
        "How many numbers there are; the largest is one less."),
      .required(
        "output_dim", .integer(.from(1, to: 1 << 24)), \.units, "The vectors' length."))
  }

  /// In the order of their positions.
  public private(set) var columns: [Column]
  public private(set) var initializer: any Initializer
  public private(set) var isTrainable: Bool
  public private(set) var name: String?

  public init(
    _ columns: [Column], initializer: some Initializer = RandomUniform(),
    isTrainable: Bool = true, name: String? = nil
  ) {
    self.columns = columns.sorted { $0.position < $1.position }
    self.initializer = initializer
    self.isTrainable = isTrainable
    self.name = name
  }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    try Self.requireRows(input)
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
    let keepsNumbers = layers.allSatisfy { layer in
      // Beside a normalisation stand factors for columns of other magnitudes.
      layer.isIdentity || layer is Normalization
        || (layer as? Rescaling)?.factors.map { factors in
          numberColumns.allSatisfy { !factors.indices.contains($0) || factors[$0] == 1 }
        } ?? false
    }
    guard !keepsNumbers else { return }
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
  package var columnEmbedding: ColumnEmbedding? {
    layers.lazy.compactMap { $0 as? ColumnEmbedding }.first
  }
}
