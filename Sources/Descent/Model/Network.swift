import Kernels

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
  let sources: [Int]
  /// For the additions of residual blocks the number of the layer whose output is added.
  let skips: [Int: Int]
  /// The shape of each layer's output rows.
  public let shapes: [[Int]]
  /// Each layer's name: its own, or its kind with a number where several have the same.
  public let layerNames: [String]
  /// For each layer whether its work is shared among workers by columns.
  let splitsColumns: [Bool]
  private let elementsToGather: Int
  public let layout: ParameterLayout

  /// A network of layers in order. Inputs of several dimensions are flattened before a dense layer.
  ///
  /// - Throws: where a layer's options are none that its table of keys takes, where it cannot take what comes before it,
  ///   or two have the same name; the layer is named by its position.
  public init(input: [Int], layers: [any Layer]) throws(DescentError) {
    try self.init(input: input, layers: layers, elementsToSplit: Self.elementsToSplit)
  }

  /// The same, with the size of kernel from which on a layer's work is shared by columns.
  init(input: [Int], layers: [any Layer], elementsToSplit: Int) throws(DescentError) {
    guard Self.isWidth(input) else {
      throw DescentError(
        .invalidInput, "the input shape is \(input)", at: "model", advice: Self.widthAdvice)
    }
    guard !layers.isEmpty else {
      throw DescentError(.invalidInput, "the network has no layers", at: "model")
    }
    var shape = input
    var placed: [any Layer] = []
    var shapes: [[Int]] = []
    var parameters: [[ParameterSpecification]] = []
    var sources: [Int] = []
    var skips: [Int: Int] = [:]
    func place(_ layer: any Layer, _ position: Int, source: Int? = nil) throws(DescentError) {
      guard placed.count < Self.mostLayers else {
        throw DescentError(
          .invalidInput, "the network has more than \(Self.mostLayers) layers", at: "model")
      }
      let input = source.map { shapes[$0] } ?? shape
      let own: [ParameterSpecification]
      do throws(DescentError) {
        // A normalisation leaves alone what is embedded after it: see `Trainer.learnNormalization`.
        let mayFollow = { (other: any Layer) in
          other.isIdentity || layer is ColumnEmbedding && other is Normalization
        }
        if layer is Embedding || layer is ColumnEmbedding, !placed.allSatisfy(mayFollow) {
          throw DescentError(
            .invalidInput, "an embedding takes the data's own whole numbers",
            advice: layer is Embedding
              ? "make it the first layer, with scale: none"
              : "make it the first layer, or the second after a normalization; as to data.scale: "
                + "none and standard do")
        }
        try layer.checkOptions()
        shape = try layer.outputShape(for: input)
        guard Self.isWidth(shape) else {
          throw DescentError(
            .invalidInput, "its output shape is \(shape)", advice: Self.widthAdvice)
        }
        own = layer.parameters(for: input).map { parameter in
          var parameter = parameter
          parameter.isTrainable = parameter.isTrainable && layer.isTrainable
          return parameter
        }
        for parameter in own {
          try MachineMemory.require(
            floats: Double(parameter.rows) * Double(parameter.columns),
            for: "its \(parameter.name)")
        }
      } catch {
        var error = error
        error.place = "model.\(position).\(type(of: layer).kind)"
        throw error
      }
      sources.append(source ?? placed.count - 1)
      placed.append(layer)
      shapes.append(shape)
      parameters.append(own)
    }
    func add(_ layer: any Layer, _ position: Int) throws(DescentError) {
      guard let block = layer as? Residual else {
        if layer is Dense && shape.count > 1 { try place(Flatten(), position) }
        try place(layer, position)
        if let regularizer = (layer as? Dense)?.activityRegularizer {
          let penalty = ActivityRegularization(l1: regularizer.l1, l2: regularizer.l2)
          try place(penalty, position)
        }
        return
      }
      do throws(DescentError) { try block.checkOptions() } catch {
        var error = error
        error.place = "model.\(position).\(Residual.kind)"
        throw error
      }
      if block.projection && shape.count > 1 { try place(Flatten(), position) }
      try place(ResidualFork(), position)
      let fork = placed.count - 1
      let before = shape
      for inner in block.layers { try add(inner, position) }
      let last = placed.count - 1
      let after = shape
      guard block.projection ? after.count == 1 : after == before else {
        throw DescentError(
          .invalidInput, "its input has the shape \(before), its layers' output \(after)",
          at: "model.\(position).\(Residual.kind)",
          advice: block.projection
            ? "end the layers with rows: with a dense or a flatten layer"
            : "set projection: true, or end the layers with a dense layer of \(before.last ?? 1) units"
        )
      }
      // Dense and last of all: in this order Keras lists the layers of the functional model.
      if block.projection {
        try place(Dense(after[0], useBias: false), position, source: fork)
      }
      skips[placed.count] = block.projection ? placed.count - 1 : fork
      try place(ResidualAddition(), position, source: last)
    }
    for (position, layer) in layers.enumerated() { try add(layer, position) }
    inputShape = input
    self.layers = placed
    definition = layers
    self.sources = sources
    self.skips = skips
    self.shapes = shapes
    layerNames = try Self.names(of: placed)
    // Nothing before the first layer that is trained needs a gradient, so its input needs none.
    if let first = parameters.firstIndex(where: { $0.contains { $0.isTrainable } }) {
      for index in parameters[first].indices { parameters[first][index].keepsTransposed = false }
    }
    splitsColumns = zip(placed, parameters).map { layer, parameters in
      guard let layer = layer as? any ColumnSplitLayer, layer.canSplitColumns else { return false }
      return parameters.contains { $0.rows * $0.columns >= elementsToSplit }
    }
    for (layer, splits) in splitsColumns.enumerated() where splits {
      for index in parameters[layer].indices { parameters[layer][index].keepsTransposed = false }
    }
    elementsToGather = min(elementsToSplit, Self.elementsToGather)
    layout = ParameterLayout(parameters)
    try MachineMemory.require(
      floats: layout.totalCount + layout.transposedCount, for: "the network's parameters")
  }

  /// Elements of a kernel from which on workers share a layer's work by columns rather than by rows: more phases
  /// a step, but each worker then reads only its part of the kernel. 256 × 1024 and 512 × 512 gain by it.
  private static let elementsToSplit = 1 << 18

  /// The same for the first layer with weights, whose input every worker gathers from the data for itself: there is no
  /// phase to wait for.
  private static let elementsToGather = 1 << 14

  /// The most layers of a network, those in residual blocks included: ten times what the deepest there are have, and
  /// still described in a second.
  static let mostLayers = 10_000

  /// The most values a row may have. Products of two such widths and sums of them do not overflow, so that
  /// sizes which no machine holds are refused in words.
  private static let largestWidth = 1 << 30
  private static let widthAdvice =
    "every dimension is at least 1, and their product at most \(largestWidth)"

  private static func isWidth(_ shape: [Int]) -> Bool {
    var width = 1
    for dimension in shape {
      guard dimension > 0, dimension <= largestWidth / width else { return false }
      width *= dimension
    }
    return !shape.isEmpty
  }

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
    let last = layers.last { !($0 is ActivityRegularization) }
    return OutputDescription(
      count: outputWidth, activation: last?.outputActivation ?? Linear(),
      endsNetwork: !(layers[layers.count - 1] is ActivityRegularization))
  }

  /// The shape of what layer `index` takes in.
  func inputShape(of index: Int) -> [Int] {
    sources[index] < 0 ? inputShape : shapes[sources[index]]
  }

  /// - Throws: where the first layer is an embedding, and a value of a row stands for none of its vectors.
  func check(_ dataset: Dataset) throws(DescentError) {
    try (layers.first { !$0.isIdentity } as? Embedding)?.check(dataset)
    try columnEmbedding?.check(dataset)
  }

  /// Whether a training step forms the gradient of the layer's input column by column, and so needs no transposed
  /// copy of its kernel.
  func formsInputGradientByColumns(_ layer: Int) -> Bool {
    splitsColumns[layer] && firstTrainedLayer.map { sources[layer] >= $0 } ?? false
  }

  /// The first layer with weights, where several workers would share it by columns, each with a batch's input of its
  /// own: nothing but scaling stands before it, and its kernel is large enough.
  var firstGatheringLayer: Int? {
    guard let index = layers.firstIndex(where: { !$0.isIdentity && !$0.onlyScales }),
      index == firstTrainedLayer, let layer = layers[index] as? any ColumnSplitLayer,
      layer.canSplitColumns,
      layout.entries(of: index).contains(where: { $0.rows * $0.columns >= elementsToGather })
    else { return nil }
    return index
  }

  /// The layer that replaces columns of the rows by vectors, where there is one.
  var columnEmbedding: ColumnEmbedding? { layers.lazy.compactMap { $0 as? ColumnEmbedding }.first }

  /// The first layer with parameters to train; nothing before it needs a gradient.
  var firstTrainedLayer: Int? {
    layout.entries.first { $0.specification.isTrainable }?.layer
  }
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
