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
    precondition(inputs > 0 && units > 0, "an embedding of \(inputs) numbers in \(units) units")
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

  public var keras: KerasLayer {
    KerasLayer(
      "Embedding",
      [
        "input_dim": .integer(inputs), "output_dim": .integer(units),
        "embeddings_initializer": initializer.keras, "trainable": .bool(isTrainable),
      ])
  }

  /// The vector that a value stands for; nil where it stands for none.
  private func index(_ value: Float) -> Int? {
    guard let index = Int(exactly: value), (0..<inputs).contains(index) else { return nil }
    return index
  }

  /// - Throws: where a value of a row stands for no vector; the row and the column are named.
  func check(_ dataset: Dataset) throws(DescentError) {
    let width = dataset.width
    let wrong: (position: Int, value: Float)? =
      switch dataset.features {
      case .bytes(let bytes):
        bytes.firstIndex { Int($0) >= inputs }.map { ($0, Float(bytes[$0])) }
      case .floats(let floats):
        floats.firstIndex { index($0) == nil }.map { ($0, floats[$0]) }
      }
    guard let wrong else { return }
    let column = wrong.position % width
    let name =
      dataset.featureNames.indices.contains(column)
      ? dataset.featureNames[column] : "value \(column + 1)"
    throw DescentError(
      .invalidInput, "\(name) is \(wrong.value)", at: "row \(wrong.position / width + 1)",
      advice: "the embedding takes whole numbers from 0 to \(inputs - 1)")
  }

  /// Values that stand for no vector, which `check` refuses, give NaN.
  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let vectors = context.parameters[0]
    for row in rows {
      for position in 0..<context.input.columns {
        let output = context.output.base + row * context.output.stride + position * units
        if let index = index(context.input[row, position]) {
          output.update(from: vectors.base + index * vectors.stride, count: units)
        } else {
          output.update(repeating: .nan, count: units)
        }
      }
    }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {}

  /// Within a shard the gradients of one number's vectors are added into the first of them, in the order of
  /// rows; blocks of numbers are disjoint, and so are the vectors that they touch.
  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix
  ) {
    guard let d = context.outputGradient else { return }
    let length = context.input.columns
    for row in 0..<block.rows {
      (block.base + row * block.stride)
        .update(repeating: 0, count: Matrix.padded(block.columns))
    }
    func gradient(_ place: Int) -> UnsafeMutablePointer<Float> {
      d.base + place / length * d.stride + place % length * units + columns.lowerBound
    }
    func number(_ place: Int) -> Int? {
      guard let number = self.index(context.input[place / length, place % length]) else {
        return nil
      }
      return rows.contains(number) ? number : nil
    }
    for shard in 0..<context.shards.count {
      let range = context.shards.range(shard)
      let places = range.lowerBound * length..<range.upperBound * length
      for place in places {
        guard let wanted = number(place) else { continue }
        var first = places.lowerBound
        while number(first) != wanted { first += 1 }
        guard first < place else { continue }
        let (sum, part) = (gradient(first), gradient(place))
        for column in 0..<columns.count { sum[column] += part[column] }
      }
      for place in places {
        guard let wanted = number(place) else { continue }
        var first = places.lowerBound
        while number(first) != wanted { first += 1 }
        guard first == place else { continue }
        let sum = block.base + (wanted - rows.lowerBound) * block.stride
        let part = gradient(place)
        for column in 0..<columns.count { sum[column] += part[column] }
      }
    }
  }
}
