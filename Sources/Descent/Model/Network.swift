import Kernels

/// A feed-forward network: its layers, the shapes between them and the layout of its parameters.
///
/// A value without weights; `Trainer` trains one, `Model` is one with weights.
public struct Network: Sendable {
  /// The shape of one input row.
  public let inputShape: [Int]
  public let layers: [any Layer]
  /// The shape of each layer's output rows.
  public let shapes: [[Int]]
  /// Each layer's name: its own, or its kind with a number where several have the same.
  public let layerNames: [String]
  public let layout: ParameterLayout

  /// A network of layers in order. Inputs of several dimensions are flattened before a dense layer.
  ///
  /// - Throws: where a layer cannot take what comes before it, or two have the same name; the layer is
  ///   named by its position.
  public init(input: [Int], layers: [any Layer]) throws(DescentError) {
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
    func place(_ layer: any Layer, _ position: Int) throws(DescentError) {
      let input = shape
      let own: [ParameterSpecification]
      do throws(DescentError) {
        shape = try layer.outputShape(for: input)
        guard Self.isWidth(shape) else {
          throw DescentError(
            .invalidInput, "its output shape is \(shape)", advice: Self.widthAdvice)
        }
        own = layer.parameters(for: input)
        for parameter in own {
          try MachineMemory.require(
            floats: parameter.rows.multipliedReportingOverflow(by: parameter.columns),
            for: "its \(parameter.name)")
        }
      } catch {
        var error = error
        error.place = "model.\(position).\(type(of: layer).kind)"
        throw error
      }
      placed.append(layer)
      shapes.append(shape)
      parameters.append(own)
    }
    for (position, layer) in layers.enumerated() {
      if layer is Dense && shape.count > 1 { try place(Flatten(), position) }
      try place(layer, position)
    }
    inputShape = input
    self.layers = placed
    self.shapes = shapes
    layerNames = try Self.names(of: placed)
    // Nothing before the first layer that is trained needs a gradient, so its input needs none.
    if let first = parameters.firstIndex(where: { $0.contains { $0.isTrainable } }) {
      for index in parameters[first].indices { parameters[first][index].keepsTransposed = false }
    }
    layout = ParameterLayout(parameters)
    try MachineMemory.require(
      floats: layout.totalCount + layout.transposedCount, for: "the network's parameters")
  }

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

  private static func names(of layers: [any Layer]) throws(DescentError) -> [String] {
    var counts: [String: Int] = [:]
    var taken = Set<String>()
    for layer in layers {
      guard let name = layer.name else { continue }
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
    OutputDescription(
      count: outputWidth, activation: layers[layers.count - 1].outputActivation ?? Linear())
  }

  /// The shape of what layer `index` takes in.
  func inputShape(of index: Int) -> [Int] { index == 0 ? inputShape : shapes[index - 1] }

  /// The first layer with parameters to train; nothing before it needs a gradient.
  var firstTrainedLayer: Int? {
    layout.entries.filter { $0.specification.isTrainable }.map(\.layer).min()
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
