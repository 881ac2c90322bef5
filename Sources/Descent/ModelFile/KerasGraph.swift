/// A network as Keras' `Functional` model: its layers, each with the layers whose outputs it takes in.
struct KerasGraph {
  private struct Node {
    var layer: ConfigValue
    var name: String
    var inputs: [Output]
    /// Whether the layer takes a list of inputs.
    var takesList = false
  }

  /// What a layer, or the model's input, puts out.
  private struct Output {
    var name: String
    var shape: [Int]
  }

  private var nodes: [Node] = []
  private var output: Output

  static let embeddingClass = "Embedding"

  /// The name of the layer of Keras' that embeds one column.
  static func embeddingName(_ column: ColumnEmbedding.Column, in layer: String) -> String {
    "\(layer)_\(column.position)"
  }

  init(_ network: Network) {
    let input = Output(name: "input", shape: network.inputShape)
    output = input
    // What each of our layers puts out; a fork passes its input on.
    var outputs: [Output] = []
    let names = KerasConfig.layerNames(network)
    for (index, layer) in network.layers.enumerated() {
      let source = network.sources[index] < 0 ? input : outputs[network.sources[index]]
      let name = names[index]
      if layer is ResidualFork {
        outputs.append(source)
        continue
      }
      if let layer = layer as? ColumnEmbedding {
        outputs.append(embed(layer, name: name, source: source))
        continue
      }
      let skipped = network.skips[index].map { outputs[$0] }
      outputs.append(
        add(
          layer.keras, name: name, inputs: [source] + (skipped.map { [$0] } ?? []),
          shape: network.shapes[index], takesList: skipped != nil))
    }
    output = outputs[outputs.count - 1]
  }

  @discardableResult
  private mutating func add(
    _ layer: KerasLayer, name: String, inputs: [Output], shape: [Int], takesList: Bool = false
  ) -> Output {
    nodes.append(
      Node(
        layer: KerasConfig.describe(layer, name: name), name: name, inputs: inputs,
        takesList: takesList))
    return Output(name: name, shape: shape)
  }

  /// The row cut into stretches of columns, those of categories embedded, and all put together again.
  private mutating func embed(_ layer: ColumnEmbedding, name: String, source: Output) -> Output {
    let width = source.shape[0]
    let upright = add(
      KerasLayer("Reshape", ["target_shape": [.integer(width), 1]]), name: name + "_columns",
      inputs: [source], shape: [width, 1])
    var parts: [Output] = []
    func cut(_ graph: inout KerasGraph, _ columns: Range<Int>, _ suffix: String) -> Output {
      let cropping: ConfigValue = [
        .integer(columns.lowerBound), .integer(width - columns.upperBound),
      ]
      let cropped = graph.add(
        KerasLayer("Cropping1D", ["cropping": cropping]), name: name + "_cut_" + suffix,
        inputs: [upright], shape: [columns.count, 1])
      return graph.add(
        KerasLayer("Flatten"), name: name + "_row_" + suffix, inputs: [cropped],
        shape: [columns.count])
    }
    var next = 0
    for column in layer.columns {
      if column.position > next {
        parts.append(cut(&self, next..<column.position, "\(next)"))
      }
      let number = cut(&self, column.position..<column.position + 1, "\(column.position)")
      let vector = add(
        KerasLayer(
          Self.embeddingClass,
          [
            "input_dim": .integer(column.inputs), "output_dim": .integer(column.units),
            "embeddings_initializer": layer.initializer.keras,
            "trainable": .bool(layer.isTrainable),
          ]), name: Self.embeddingName(column, in: name), inputs: [number],
        shape: [1, column.units])
      parts.append(
        add(
          KerasLayer("Flatten"), name: "\(name)_vector_\(column.position)", inputs: [vector],
          shape: [column.units]))
      next = column.position + 1
    }
    if next < width { parts.append(cut(&self, next..<width, "\(next)")) }
    let total = parts.reduce(0) { $0 + $1.shape[0] }
    // Keras puts no single output together.
    guard parts.count > 1 else {
      return add(KerasLayer("Flatten"), name: name, inputs: parts, shape: [total])
    }
    return add(layer.keras, name: name, inputs: parts, shape: [total], takesList: true)
  }

  /// The model's config.
  func model(name: String, input: ConfigValue) -> ConfigValue {
    func tensor(_ output: Output) -> ConfigValue {
      [
        "class_name": "__keras_tensor__",
        "config": [
          "shape": .list([.null] + output.shape.map { .integer($0) }), "dtype": "float32",
          "keras_history": [.string(output.name), 0, 0],
        ],
      ]
    }
    func connected(_ layer: ConfigValue, name: String, _ inbound: ConfigValue) -> ConfigValue {
      var map = layer.mapValue ?? [:]
      map["name"] = .string(name)
      map["inbound_nodes"] = inbound
      return .map(map)
    }
    let layers = nodes.map { node in
      let inputs = ConfigValue.list(node.inputs.map(tensor))
      let arguments: ConfigValue = node.takesList ? [inputs] : inputs
      return connected(node.layer, name: node.name, [["args": arguments, "kwargs": [:]]])
    }
    return [
      "class_name": "Functional",
      "config": [
        "name": .string(name), "trainable": true,
        "layers": .list([connected(input, name: "input", [])] + layers),
        "input_layers": [["input", 0, 0]], "output_layers": [[.string(output.name), 0, 0]],
      ],
    ]
  }
}
