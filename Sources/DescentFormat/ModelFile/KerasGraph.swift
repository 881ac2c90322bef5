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
  private var output = Output(name: "input", shape: [])

  /// The names of Keras' layers that one of ours becomes.
  static func names(of layer: any KerasComposite, name: String, input: [Int]) -> [String] {
    var graph = KerasGraph()
    _ = layer.add(to: &graph, name: name, Output(name: "input", shape: input))
    return graph.names
  }

  private init() {}

  init(_ network: Network) {
    let input = Output(name: "input", shape: network.inputShape)
    output = input
    // What each of our layers puts out, and what of several members' outputs comes together in one.
    var outputs: [Output] = []
    var parts: [Int: [Output]] = [:]
    let names = KerasConfig.layerNames(network)
    for (index, layer) in network.layers.enumerated() {
      let source = network.sources[index] < 0 ? input : outputs[network.sources[index]]
      let name = names[index]
      let meeting = network.skips[index].map { (parts[$0] ?? [outputs[$0]]) + [source] }
      let isLast = (layer as? any KerasMeeting)?.isLast
      if isLast == false { parts[index] = meeting }
      if let layer = layer as? any KerasComposite {
        outputs.append(layer.add(to: &self, name: name, source))
        continue
      }
      outputs.append(
        add(
          layer.kerasForm, name: name,
          inputs: isLast == true ? meeting ?? [source] : meeting?.reversed() ?? [source],
          shape: network.shapes[index], takesList: meeting != nil))
    }
    output = outputs[outputs.count - 1]
    sortAsKeras()
  }

  /// Puts the layers in the order in which Keras lists those of a functional model, and numbers their groups in files: by the
  /// longest way from a layer to the output, the longest first, then as a walk from the output towards the inputs meets them.
  private mutating func sortAsKeras() {
    let numbers = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1.name, $0) })
    var depths = Array(repeating: 0, count: nodes.count)
    for (number, node) in nodes.enumerated().reversed() {
      for input in node.inputs.compactMap({ numbers[$0.name] }) {
        depths[input] = max(depths[input], depths[number] + 1)
      }
    }
    var met: [Int: Int] = [:]
    var waiting = [numbers[output.name]].compactMap(\.self)
    while let number = waiting.popLast() {
      guard met[number] == nil else { continue }
      met[number] = met.count
      waiting += nodes[number].inputs.reversed().compactMap { numbers[$0.name] }
    }
    let order = nodes.indices.sorted {
      (-depths[$0], met[$0] ?? $0) < (-depths[$1], met[$1] ?? $1)
    }
    nodes = order.map { nodes[$0] }
  }

  /// The layers' names in Keras' order.
  var names: [String] { nodes.map(\.name) }

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

  /// Stretches of a row's columns, each by itself.
  ///
  /// - Parameter name: what the names of the layers that do it begin with.
  mutating func columns(
    _ stretches: [Range<Int>], of row: Output, name: String
  ) -> [Output] {
    let width = row.shape[0]
    let upright = add(
      KerasLayer("Reshape", ["target_shape": [.integer(width), 1]]), name: name + "_columns",
      inputs: [row], shape: [width, 1])
    return stretches.map { columns in
      let cropping: ConfigValue = [
        .integer(columns.lowerBound), .integer(width - columns.upperBound),
      ]
      return add(
        KerasLayer("Cropping1D", ["cropping": cropping]),
        name: "\(name)_cut_\(columns.lowerBound)", inputs: [upright], shape: [columns.count, 1])
    }
  }

  /// The row with each of its columns several times, one beside the other.
  mutating func repeatColumns(_ row: Output, _ times: [Int], name: String) -> Output {
    var stretches: [Range<Int>] = []
    for column in times.indices {
      if let last = stretches.last, times[last.lowerBound] == times[column] {
        stretches[stretches.count - 1] = last.lowerBound..<column + 1
      } else {
        stretches.append(column..<column + 1)
      }
    }
    let parts = zip(stretches, columns(stretches, of: row, name: name)).map { columns, part in
      let (first, times) = (columns.lowerBound, times[columns.lowerBound])
      let width = columns.count * times
      let repeated = add(
        KerasLayer("UpSampling1D", ["size": .integer(times)]), name: "\(name)_repeated_\(first)",
        inputs: [part], shape: [width, 1])
      return add(
        KerasLayer("Flatten"), name: "\(name)_row_\(first)", inputs: [repeated], shape: [width])
    }
    return join(parts, name: name + "_repeated")
  }

  /// Rows side by side.
  mutating func join(_ parts: [Output], name: String) -> Output {
    let total = parts.reduce(0) { $0 + $1.shape[0] }
    // Keras puts no single output together.
    guard parts.count > 1 else {
      return add(KerasLayer("Flatten"), name: name, inputs: parts, shape: [total])
    }
    return add(
      KerasLayer("Concatenate", ["axis": -1]), name: name, inputs: parts, shape: [total],
      takesList: true)
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
