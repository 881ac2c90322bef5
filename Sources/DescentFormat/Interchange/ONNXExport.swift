/// A layer that ONNX has operators for.
protocol ONNXConvertible: Layer {
  /// Adds what it does in inference.
  /// - Returns: the name of what it puts out.
  func add(to export: inout ONNXExport, _ x: String) throws(DescentError) -> String
}

/// A layer that passes on in inference what it gets.
protocol ONNXTransparent: ONNXConvertible {}

extension ONNXTransparent {
  func add(to export: inout ONNXExport, _ x: String) -> String { x }
}

/// An activation that ONNX has operators for.
protocol ONNXActivation: Activation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String
}

/// Makes a network with its parameters into a graph of ONNX operators.
struct ONNXExport {
  var graph: ONNXGraph
  private let model: Model
  /// The layer that is being added.
  private var index = 0
  /// The name of what it takes in beside its input.
  private(set) var skipped: String?

  private init(_ model: Model) {
    self.model = model
    graph = ONNXGraph(name: model.signature.name)
  }

  /// The most bytes that a message of Protocol Buffers may have.
  private static let largestFile = 1 << 31 - 1

  /// The file of a model.
  ///
  /// - Throws: `invalidInput` where a layer has no form in ONNX, or the file is too large for the format.
  static func file(_ model: Model) throws(DescentError) -> [[UInt8]] {
    guard model.network.layout.parameterCount < largestFile / 4 else {
      throw DescentError(
        .invalidInput,
        "its \(model.network.layout.parameterCount) parameters are more than the 2 GB "
          + "that an ONNX file holds", advice: "export it as .safetensors or .keras")
    }
    var export = ONNXExport(model)
    let network = model.network
    var values: [Int: String] = [-1: "input"]
    for (index, layer) in network.layers.enumerated() {
      let input = values[network.sources[index]] ?? "input"
      export.skipped = network.skips[index].flatMap { values[$0] }
      values[index] = try export.add(layer, index, input)
    }
    var value = values[network.layers.count - 1] ?? "input"
    // A graph puts out what an operator makes.
    if value == "input" { value = export.graph.add("Identity", [value]) }
    return export.graph.model(
      input: network.inputShape, output: network.shapes[network.layers.count - 1], value: value,
      properties: properties(of: model.signature)
    ).pieces
  }

  private static func properties(of signature: ModelSignature) -> [(key: String, value: String)] {
    let (key, names) =
      switch signature.outputs {
      case .classes(let names): ("classes", names)
      case .values(let names): ("outputs", names)
      }
    func list(_ names: [String]) -> String { ConfigValue.list(names.map { .string($0) }).json() }
    return [(key, list(names)), ("features", list(signature.featureNames))]
  }

  /// Adds what a layer does in inference; returns the name of what it puts out.
  private mutating func add(_ layer: any Layer, _ index: Int, _ input: String)
    throws(DescentError) -> String
  {
    self.index = index
    graph.prefix = model.network.layerNames[index]
    guard let layer = layer as? any ONNXConvertible else {
      throw DescentError(
        .invalidInput, "the layer \(type(of: layer).kind) has no form in ONNX", at: graph.prefix)
    }
    return try layer.add(to: &self, input)
  }

  // MARK: - For the layers

  /// The shape of what the layer puts out.
  var shape: [Int] { model.network.shapes[index] }
  /// The shape of what it takes in.
  var inputShape: [Int] { model.network.inputShape(of: index) }

  private func entry(_ number: Int) -> ParameterLayout.Entry {
    model.network.layout.entries(of: index)[number]
  }

  /// The values of the layer's own parameter `number`.
  func values(_ number: Int) -> [Float] { model.parameters.elements(of: entry(number)) }

  /// The parameter as a tensor of the graph.
  mutating func parameter(_ number: Int) -> String {
    let specification = entry(number).specification
    return graph.tensor(specification.name, values(number), shape: specification.shape)
  }

  /// Adds an activation.
  mutating func add(_ activation: any Activation, to z: String) throws(DescentError) -> String {
    guard let activation = activation as? any ONNXActivation else {
      throw DescentError(
        .invalidInput, "the activation \(type(of: activation).kind) has no form in ONNX",
        at: graph.prefix)
    }
    return activation.add(to: &graph, z)
  }

  /// The vectors, rows of a parameter, that whole numbers stand for.
  mutating func vectors(inParameter number: Int, of numbers: String) -> String {
    let indices = graph.add("Cast", [numbers], [("to", .int(7))])
    return graph.add("Gather", [parameter(number), indices], [("axis", .int(0))])
  }

  /// Some columns of rows.
  mutating func slice(_ rows: String, _ columns: Range<Int>) -> String {
    graph.add(
      "Slice",
      [
        rows, graph.integers([columns.lowerBound]), graph.integers([columns.upperBound]),
        graph.integers([1]),
      ])
  }
}
