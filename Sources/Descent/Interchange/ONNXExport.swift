/// Makes a network with its parameters into a graph of ONNX operators.
struct ONNXExport {
  private let model: Model
  private var graph: ONNXGraph

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
    var export = ONNXExport(model: model, graph: ONNXGraph(name: model.signature.name))
    let network = model.network
    var values: [Int: String] = [-1: "input"]
    for (index, layer) in network.layers.enumerated() {
      let input = values[network.sources[index]] ?? "input"
      let skipped = network.skips[index].flatMap { values[$0] }
      values[index] = try export.add(layer, index, input: input, skipped: skipped)
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
  private mutating func add(_ layer: any Layer, _ index: Int, input: String, skipped: String?)
    throws(DescentError) -> String
  {
    graph.prefix = model.network.layerNames[index]
    let shape = model.network.shapes[index]
    switch layer {
    case is ResidualFork, is Dropout, is GaussianNoise, is GaussianDropout, is AlphaDropout,
      is ActivityRegularization:
      return input
    case is ResidualAddition: return graph.add("Add", [input, skipped ?? input])
    case let layer as Dense:
      let bias = layer.useBias ? [parameter(1, of: index)] : []
      return try add(
        layer.activation, to: graph.add("Gemm", [input, parameter(0, of: index)] + bias))
    case let layer as ActivationLayer: return try add(layer.function, to: input)
    case let layer as BatchNormalization:
      return graph.add(
        "BatchNormalization", [input] + (0..<4).map { parameter($0, of: index) },
        [("epsilon", .float(Float(layer.epsilon)))])
    case let layer as LayerNormalization:
      return graph.add(
        "LayerNormalization", [input] + (0..<2).map { parameter($0, of: index) },
        [("axis", .int(-1)), ("epsilon", .float(Float(layer.epsilon)))])
    case is PReLU: return graph.add("PRelu", [input, parameter(0, of: index)])
    case is Flatten: return graph.add("Flatten", [input], [("axis", .int(1))])
    case is Reshape:
      return graph.add("Reshape", [input, graph.integers([-1] + shape)])
    case let layer as Rescaling:
      let factor =
        layer.factors.map {
          graph.tensor("scale", $0.map { Float($0) }, shape: [$0.count])
        } ?? graph.constant(Float(layer.scale))
      let scaled = graph.add("Mul", [input, factor])
      return layer.offset == 0
        ? scaled : graph.add("Add", [scaled, graph.constant(Float(layer.offset))])
    case let layer as Normalization: return normalization(layer, index, input)
    case is Embedding:
      let indices = graph.add("Cast", [input], [("to", .int(7))])
      return graph.add("Gather", [parameter(0, of: index), indices], [("axis", .int(0))])
    case let layer as ColumnEmbedding: return columns(layer, index, input)
    default:
      throw DescentError(
        .invalidInput, "the layer \(type(of: layer).kind) has no form in ONNX",
        at: model.network.layerNames[index])
    }
  }

  /// The layer's own parameter `number` as a tensor of the graph.
  private mutating func parameter(_ number: Int, of layer: Int) -> String {
    let entry = model.network.layout.entries(of: layer)[number]
    return graph.tensor(
      entry.specification.name, model.parameters.elements(of: entry),
      shape: entry.specification.shape)
  }

  private mutating func normalization(_ layer: Normalization, _ index: Int, _ input: String)
    -> String
  {
    let entries = model.network.layout.entries(of: index)
    let deviations = model.parameters.elements(of: entries[1]).map {
      max($0.squareRoot(), Normalization.epsilon)
    }
    let mean = parameter(0, of: index)
    let shape = entries[1].specification.shape
    if layer.invert {
      let deviation = graph.tensor("deviation", deviations, shape: shape)
      return graph.add("Add", [graph.add("Mul", [input, deviation]), mean])
    }
    let factor = graph.tensor("factor", deviations.map { 1 / $0 }, shape: shape)
    return graph.add("Mul", [graph.add("Sub", [input, mean]), factor])
  }

  /// The row's stretches of numbers as they are, and the vectors of its other columns, in the columns' order.
  private mutating func columns(_ layer: ColumnEmbedding, _ index: Int, _ input: String) -> String {
    let width = model.network.inputShape(of: index)[0]
    var parts: [String] = []
    var next = 0
    for (number, column) in layer.columns.enumerated() {
      if column.position > next { parts.append(slice(input, next..<column.position)) }
      let values = graph.add(
        "Squeeze", [slice(input, column.position..<column.position + 1), graph.integers([1])])
      let indices = graph.add("Cast", [values], [("to", .int(7))])
      parts.append(
        graph.add("Gather", [parameter(number, of: index), indices], [("axis", .int(0))]))
      next = column.position + 1
    }
    if next < width { parts.append(slice(input, next..<width)) }
    return graph.add("Concat", parts, [("axis", .int(1))])
  }

  private mutating func slice(_ input: String, _ columns: Range<Int>) -> String {
    graph.add(
      "Slice",
      [
        input, graph.integers([columns.lowerBound]), graph.integers([columns.upperBound]),
        graph.integers([1]),
      ])
  }

  /// Adds an activation.
  private mutating func add(_ activation: any Activation, to z: String) throws(DescentError)
    -> String
  {
    switch activation {
    case is Linear: return z
    case is ReLU: return graph.add("Relu", [z])
    case is Sigmoid: return graph.add("Sigmoid", [z])
    case is Tanh: return graph.add("Tanh", [z])
    case is Softmax: return graph.add("Softmax", [z], [("axis", .int(-1))])
    case is LogSoftmax: return graph.add("LogSoftmax", [z], [("axis", .int(-1))])
    case let function as LeakyReLU:
      return graph.add("LeakyRelu", [z], [("alpha", .float(Float(function.negativeSlope)))])
    case let function as ELU:
      return graph.add("Elu", [z], [("alpha", .float(Float(function.alpha)))])
    case is SELU: return graph.add("Selu", [z])
    case is SiLU: return graph.add("Mul", [z, graph.add("Sigmoid", [z])])
    case is Softplus: return graph.add("Softplus", [z])
    case is Softsign: return graph.add("Softsign", [z])
    case is Exponential: return graph.add("Exp", [z])
    case is Mish:
      return graph.add("Mul", [z, graph.add("Tanh", [graph.add("Softplus", [z])])])
    case is HardSigmoid:
      return graph.add("HardSigmoid", [z], [("alpha", .float(1 / 6)), ("beta", .float(0.5))])
    case is HardSiLU: return graph.add("HardSwish", [z])
    case is HardTanh: return clip(z, -1, 1)
    case is ReLU6: return clip(z, 0, 6)
    case let function as GELU: return function.approximate ? tanhGELU(z) : gelu(z)
    default:
      throw DescentError(
        .invalidInput, "the activation \(type(of: activation).kind) has no form in ONNX",
        at: graph.prefix)
    }
  }

  private mutating func clip(_ z: String, _ low: Float, _ high: Float) -> String {
    graph.add("Clip", [z, graph.constant(low), graph.constant(high)])
  }

  /// ½·z·(1 + erf(z/√2)): the operator Gelu is younger than the operator set.
  private mutating func gelu(_ z: String) -> String {
    let erf = graph.add("Erf", [graph.add("Mul", [z, graph.constant(Float(0.5.squareRoot()))])])
    return half(z, of: erf)
  }

  /// ½·z·(1 + tanh(√(2/π)·(z + 0.044715·z³)))
  private mutating func tanhGELU(_ z: String) -> String {
    let square = graph.add("Mul", [z, z])
    let factor = graph.add(
      "Add",
      [graph.add("Mul", [square, graph.constant(0.044715)]), graph.constant(1)])
    let scaled = graph.add("Mul", [z, graph.constant(Float((2 / Double.pi).squareRoot()))])
    return half(z, of: graph.add("Tanh", [graph.add("Mul", [scaled, factor])]))
  }

  /// ½·z·(1 + f)
  private mutating func half(_ z: String, of f: String) -> String {
    let sum = graph.add("Add", [f, graph.constant(1)])
    return graph.add("Mul", [graph.add("Mul", [z, graph.constant(0.5)]), sum])
  }
}
