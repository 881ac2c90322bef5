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
  struct Output {
    var name: String
    var shape: [Int]
  }

  private var nodes: [Node] = []
  private var output: Output

  init(_ network: Network) {
    let input = Output(name: "input", shape: network.inputShape)
    output = input
    // What each of our layers puts out.
    var outputs: [Output] = []
    let names = KerasConfig.layerNames(network)
    for (index, layer) in network.layers.enumerated() {
      let source = network.sources[index] < 0 ? input : outputs[network.sources[index]]
      let name = names[index]
      if let layer = layer as? any KerasComposite {
        outputs.append(layer.add(to: &self, name: name, source))
        continue
      }
      let skipped = network.skips[index].map { outputs[$0] }
      outputs.append(
        add(
          layer.kerasForm, name: name, inputs: [source] + (skipped.map { [$0] } ?? []),
          shape: network.shapes[index], takesList: skipped != nil))
    }
    output = outputs[outputs.count - 1]
  }

  /// Adds a layer.
  mutating func add(
    _ layer: KerasLayer, name: String, inputs: [Output], shape: [Int], takesList: Bool = false
  ) -> Output {
    nodes.append(
      Node(
        layer: KerasConfig.describe(layer, name: name), name: name, inputs: inputs,
        takesList: takesList))
    return Output(name: name, shape: shape)
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
