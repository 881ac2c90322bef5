/// A feed-forward network: its layers, the shapes between them and the layout of its parameters.
///
/// A value without weights; `Trainer` trains one, `Model` is one with weights.
public struct Network: Sendable {
  /// The shape of one input row.
  public let inputShape: [Int]
  /// The layers in the order in which they run; residual blocks are taken apart, and penalties of activities stand
  /// behind their layers.
  public let layers: [any Layer]
  /// The layers as they were given, residual blocks whole.
  public let definition: [any Layer]
  /// For each layer the number of the layer whose output it takes in; −1 for the network's input.
  package let sources: [Int]
  /// The ways past the layers of residual blocks.
  package let bypasses: [NetworkAssembly.Bypass]
  /// For the layer in which such a way ends, the number of the layer whose output it takes in beside its input.
  package let skips: [Int: Int]
  /// The first layer with parameters to train; nothing before it needs a gradient.
  let firstTrainedLayer: Int?
  /// The shape of each layer's output rows.
  public let shapes: [[Int]]
  /// How each layer's output lies in memory.
  let layouts: [ActivationLayout]
  /// Runs of layers over feature maps.
  let maps: MapRuns
  /// Runs of layers that share one map by its lines.
  let lineRuns: [LineRun]
  /// The multiply-adds of one row that workers can share within layers.
  let sharedMultiplyAdds: Int
  /// Each layer's name: its own, or its kind with a number where several have the same.
  public let layerNames: [String]
  /// For each layer whether its work is shared among workers by columns.
  let sharesColumns: [Bool]
  /// Elements of a kernel from which on every worker gathers the input of the first layer with weights for itself: there
  /// is no phase to wait for.
  let elementsToGather: Int
  public let layout: ParameterLayout
  /// What the operands of its products are rounded to, in training and in prediction.
  public let precision: ProductPrecision

  /// A network of layers in order. Inputs of several dimensions are flattened before a dense layer.
  ///
  /// - Throws: where a layer's options are none that its table of keys takes, where it cannot take what comes before it,
  ///   or two have the same name; the layer is named by its position.
  public init(
    input: [Int], layers: [any Layer], precision: ProductPrecision = .float32
  ) throws(DescentError) {
    try self.init(input: input, layers: layers, own: nil, precision: precision)
  }

  /// The same, with the size of kernel from which on a layer's work is shared by columns.
  ///
  /// - Parameter own: see `NetworkAssembly`.
  package init(
    input: [Int], layers: [any Layer], own: Range<Int>? = nil,
    precision: ProductPrecision = .float32,
    elementsToSplit: Int = Self.elementsToSplit
  ) throws(DescentError) {
    self.precision = precision
    var assembly = try NetworkAssembly(input: input, layers: layers, own: own)
    inputShape = input
    definition = layers
    self.layers = assembly.layers
    sources = assembly.sources
    bypasses = assembly.bypasses
    skips = Dictionary(uniqueKeysWithValues: bypasses.map { ($0.join, $0.skip) })
    shapes = assembly.shapes
    layouts = assembly.layouts
    maps = MapRuns(assembly, skips: skips)
    guard assembly.layout.positions == 1 else {
      throw DescentError(
        .invalidInput, "the network ends with a feature map of shape \(assembly.shape)",
        at: "model", advice: "end it with a flatten or a dense layer")
    }
    layerNames = try Self.names(of: assembly.layers)
    sharesColumns = zip(assembly.layers, assembly.parameters).map { layer, parameters in
      guard let layer = layer as? any ColumnLayer, layer.canSplitColumns else { return false }
      return parameters.contains { $0.rows * $0.columns >= elementsToSplit }
    }
    elementsToGather = min(elementsToSplit, Self.elementsToGather)
    if precision == .bfloat16 { assembly.keepPairs() }
    assembly.dropCopies(where: sharesColumns)
    layout = ParameterLayout(assembly.parameters)
    firstTrainedLayer = layout.entries.first { $0.specification.isTrainable }?.layer
    let byLines = LineRun.of(assembly, maps, skips: skips)
    lineRuns = byLines
    let shapes = shapes
    let sources = sources
    let byColumns = sharesColumns
    sharedMultiplyAdds = assembly.layers.indices.reduce(0) { sum, index in
      guard byColumns[index] || byLines.contains(where: { $0.layers.contains(index) }) else {
        return sum
      }
      return sum.addingSaturating(
        assembly.layers[index].multiplyAdds(
          for: sources[index] < 0 ? input : shapes[sources[index]]))
    }
    try MachineMemory.require(
      floats: layout.totalCount + layout.copyCount, for: "the network's parameters")
  }

  /// Elements of a kernel from which on workers share a layer's work by columns rather than by rows: more phases
  /// a step, but each worker then reads only its part of the kernel. 256 × 1024 and 512 × 512 gain by it.
  package static let elementsToSplit = 1 << 18

  /// See `elementsToGather`.
  private static let elementsToGather = 1 << 14

  /// A network of the layers that the builder lists.
  public init(input: [Int], @NetworkBuilder _ layers: () -> [any Layer]) throws(DescentError) {
    try self.init(input: input, layers: layers())
  }

  /// The most bytes of a layer's name: names are part of paths in files.
  private static let longestName = 1000

  private static func names(of layers: [any Layer]) throws(DescentError) -> [String] {
    var counts: [String: Int] = [:]
    var taken = Set<String>()
    for layer in layers {
      guard let name = layer.name else { continue }
      guard (1...longestName).contains(name.utf8.count), !name.utf8.contains(0) else {
        throw DescentError(
          .invalidInput, "a layer has the name \(name.excerpt)", at: "model",
          advice: "names have 1 to \(longestName) bytes, and no NUL")
      }
      guard taken.insert(name).inserted else {
        throw DescentError(
          .invalidInput, "two layers have the name \(name)", at: "model",
          advice: "give each a name of its own")
      }
    }
    return layers.map { layer in
      if let name = layer.name { return name }
      let kind = type(of: layer).kind
      while true {
        let number = counts[kind, default: 0]
        counts[kind] = number + 1
        let name = number == 0 ? kind : "\(kind)_\(number)"
        if taken.insert(name).inserted { return name }
      }
    }
  }

  /// Values in one input row.
  public var inputWidth: Int { inputShape.reduce(1, *) }
  /// Values in one output row.
  public var outputWidth: Int { shapes[shapes.count - 1].reduce(1, *) }

  /// What the last layer puts out, as a cost sees it.
  public var output: OutputDescription {
    let last = layers.last { !$0.onlyPenalizes }
    return OutputDescription(
      count: outputWidth, activation: last?.outputActivation ?? Linear(),
      endsNetwork: !layers[layers.count - 1].onlyPenalizes)
  }

  /// Whether the last layer leaves its activation to a cost.
  package func leavesActivation(to cost: any Cost) -> Bool {
    layers[layers.count - 1].outputActivation.map { cost.takesOver($0) } ?? false
  }

  /// The shape of what layer `index` takes in.
  package func inputShape(of index: Int) -> [Int] {
    sources[index] < 0 ? inputShape : shapes[sources[index]]
  }

  /// How what it takes in lies in memory.
  func inputLayout(of index: Int) -> ActivationLayout {
    sources[index] < 0 ? .rows(inputWidth) : layouts[sources[index]]
  }

  /// The shape of what it meets as a row of its input.
  func ownShape(of index: Int) -> [Int] {
    NetworkAssembly.ownShape(
      of: layers[index], input: inputShape(of: index), layout: inputLayout(of: index))
  }

  /// The columns of the matrix that it takes in.
  func channels(of index: Int) -> Int { inputLayout(of: index).channels }

  /// The floats of scratch that suffice for every layer.
  var scratchFloats: Int {
    layers.indices.map { layers[$0].scratch(for: ownShape(of: $0), precision) }.max() ?? 0
  }

  /// How many such rows a row of the batch is to it.
  func positions(of index: Int) -> Int {
    layers[index].spansPositions ? 1 : inputLayout(of: index).positions
  }

  /// The layers that take in the output of layer `index`.
  func readers(of index: Int) -> [Int] {
    layers.indices.filter { layer in
      sources[layer] == index || skips[layer] == index
    }
  }

  /// The layers between the network's input and layer `index`, in their order: of an ensemble those of one member.
  func chain(before index: Int) -> [Int] {
    var chain: [Int] = []
    var source = sources[index]
    while source >= 0 {
      chain.append(source)
      source = sources[source]
    }
    return chain.reversed()
  }

  /// - Throws: where a layer cannot take a value of the data.
  package func check(_ dataset: Dataset) throws(DescentError) {
    for layer in layers { try layer.check(dataset) }
  }

  /// The first layer that does more than scale each row.
  var firstComputingLayer: Int? { layers.firstIndex { !$0.isIdentity && !$0.onlyScales } }
}

/// Lists layers: `Network(input: [4]) { Dense(8); Dense(1) }`.
@resultBuilder
public enum NetworkBuilder {
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
