/// The graph of a `Functional` model, taken apart into a chain with blocks and ensembles.
struct KerasFunctional {
  private let layers: [KerasTopology.Layer]
  private let file: String
  /// For each layer the layers whose outputs it takes in.
  private let sources: [[Int]]
  /// The layer that every way from the input to a layer passes last; the input's own is itself.
  private var dominators: [Int?]
  let input: Int
  private let output: Int

  /// - Throws: where the model has several inputs or outputs, uses a layer twice, or has a cycle.
  init(
    _ layers: [KerasTopology.Layer], _ nodes: [ConfigValue], config: ConfigMap, file: String
  ) throws(DescentError) {
    self.layers = layers
    self.file = file
    var indices: [String: Int] = [:]
    for (index, layer) in layers.enumerated() {
      guard indices.updateValue(index, forKey: layer.name) == nil else {
        throw DescentError(.invalidInput, "two layers are called \(layer.name.excerpt)", at: file)
      }
    }
    func refused(_ index: Int, _ problem: String, _ advice: String) -> DescentError {
      DescentError(.invalidInput, "\(layers[index].label) \(problem)", at: file, advice: advice)
    }
    func end(_ key: String) throws(DescentError) -> Int {
      let names = Self.ends(config[key] ?? .null)
      guard names.count == 1, let index = indices[names[0]] else {
        throw DescentError(
          .invalidInput, "the model has \(names.count) \(key.replacing("_layers", with: "s"))",
          at: file, advice: "a model with one input and one output is imported")
      }
      return index
    }
    input = try end("input_layers")
    output = try end("output_layers")
    var sources: [[Int]] = []
    for (index, node) in nodes.enumerated() {
      let calls = node["inbound_nodes"]?.listValue ?? []
      guard calls.count <= 1 else {
        throw refused(index, "is used \(calls.count) times", "each layer may be used once")
      }
      var own: [Int] = []
      for name in calls.first.map(Self.tensors) ?? [] {
        guard let source = indices[name] else {
          throw refused(index, "takes the output of \(name.excerpt)", "there is no such layer")
        }
        own.append(source)
      }
      sources.append(own)
    }
    self.sources = sources
    dominators = Array(repeating: nil, count: layers.count)
    try findDominators()
  }

  /// In the order of the layers' dependencies, each layer's dominator is where the ways back from its sources meet.
  private mutating func findDominators() throws(DescentError) {
    var waiting = sources.map { Set($0).count }
    var users: [[Int]] = Array(repeating: [], count: layers.count)
    for (index, own) in sources.enumerated() {
      for source in Set(own) { users[source].append(index) }
    }
    var depth = Array(repeating: 0, count: layers.count)
    var ready = [input]
    dominators[input] = input
    var next = 0
    while next < ready.count {
      let index = ready[next]
      next += 1
      if index != input {
        var meeting = sources[index][0]
        for var other in sources[index].dropFirst() {
          while meeting != other {
            // The input is the only layer of depth 0, so both walks end there at the latest.
            if depth[meeting] >= depth[other] {
              meeting = dominators[meeting] ?? input
            } else {
              other = dominators[other] ?? input
            }
          }
        }
        dominators[index] = meeting
        depth[index] = depth[meeting] + 1
      }
      for user in users[index] {
        waiting[user] -= 1
        if waiting[user] == 0 { ready.append(user) }
      }
    }
    guard dominators[output] != nil else {
      throw DescentError(
        .invalidInput, "the model's output does not follow from its input", at: file,
        advice: "its layers form a cycle, or it has a second input")
    }
  }

  /// The steps from the input to the output.
  /// - Throws: where layers come together otherwise than at the end of a block.
  func steps() throws(DescentError) -> [KerasTopology.Step] {
    try steps(after: input, upTo: output, depth: 0)
  }

  private func steps(after start: Int, upTo end: Int, depth: Int) throws(DescentError)
    -> [KerasTopology.Step]
  {
    guard depth < 64 else {
      throw DescentError(.invalidInput, "blocks and ensembles are nested too deep", at: file)
    }
    var steps: [KerasTopology.Step] = []
    var index = end
    while index != start {
      guard index != input, let dominator = dominators[index] else {
        throw refused(end, "and others do not come from one layer")
      }
      if let pattern = pattern(endingIn: index) {
        steps.append(.composite(pattern))
        index = pattern.source
      } else if sources[index].count == 1 {
        steps.append(.layer(index))
        index = sources[index][0]
      } else {
        steps.append(try block(endingIn: index, after: dominator, depth: depth))
        index = dominator
      }
    }
    return steps.reversed()
  }

  /// The layers that are one of ours and of which this one is the last.
  private func pattern(endingIn index: Int) -> KerasPattern? {
    for type in KerasLayerReader.composites {
      var walk = KerasWalk(layers, sources, from: index)
      guard let pattern = type.find(&walk),
        pattern.layers.allSatisfy({ layer in
          // What they make of each other is nobody else's.
          layer == index || users(of: layer).allSatisfy(pattern.layers.contains)
        })
      else { continue }
      return pattern
    }
    return nil
  }

  private func users(of layer: Int) -> [Int] {
    sources.indices.filter { sources[$0].contains(layer) }
  }

  private func block(endingIn end: Int, after fork: Int, depth: Int) throws(DescentError)
    -> KerasTopology.Step
  {
    let ways = sources[end]
    if KerasLayerReader.merge(layers[end].object.className) != nil {
      guard !ways.contains(fork) else { throw refused(end, "takes in what a chain begins with") }
      return .merge(
        end,
        try ways.map { way throws(DescentError) in
          try steps(after: fork, upTo: way, depth: depth + 1)
        })
    }
    guard let block = KerasLayerReader.block(joinedBy: layers[end].object.className),
      ways.count == 2
    else {
      throw refused(end, "takes the outputs of \(ways.count) layers")
    }
    for (main, past) in [(ways[0], ways[1]), (ways[1], ways[0])] where main != fork {
      if past == fork {
        return .block(
          block, try steps(after: fork, upTo: main, depth: depth + 1), projection: nil)
      }
      if block.takesProjection, sources[past] == [fork], isProjection(layers[past].object) {
        return .block(
          block, try steps(after: fork, upTo: main, depth: depth + 1), projection: past)
      }
    }
    throw refused(end, "takes what two different chains of layers make")
  }

  /// Whether it is a matrix and no more, for a row or for each pixel of a map.
  private func isProjection(_ object: KerasObject) -> Bool {
    ["Dense", "Conv1D", "Conv2D"].contains(object.className)
      && object.config["use_bias"]?.boolValue == false
      && object.config.given("activation").map { KerasObject.name($0)?.name == "linear" } ?? true
      && object.config["trainable"]?.boolValue != false
      && ["kernel_regularizer", "kernel_constraint", "activity_regularizer"].allSatisfy {
        object.config.given($0) == nil
      }
  }

  private func refused(_ index: Int, _ problem: String) -> DescentError {
    DescentError(
      .invalidInput, "\(layers[index].label) \(problem)", at: file,
      advice:
        "a chain of layers is imported, with residual blocks: an Add of a layer's output and what "
        + "a chain makes of it, or of that and the output of a Dense without bias and activation; with gates: a "
        + "Multiply of a layer's output and what a chain makes of it; and with an Average of chains that each take in "
        + "the model's input")
  }

  /// The layers' names in `["name", 0, 0]`, or in a list or a map of those.
  private static func ends(_ value: ConfigValue) -> [String] {
    switch value {
    case .list(let values):
      if let name = values.first?.stringValue { return [name] }
      return values.flatMap(ends)
    case .map(let map): return map.entries.flatMap { ends($0.value) }
    default: return []
    }
  }

  /// The layers whose outputs a call takes in: of Keras 3 an object with `keras_history`, of Keras 2 a list.
  private static func tensors(_ value: ConfigValue) -> [String] {
    switch value {
    case .list(let values):
      if let name = values.first?.stringValue, values.count >= 3 { return [name] }
      return values.flatMap(tensors)
    case .map(let map):
      if let history = map["config"]?["keras_history"]?.listValue {
        return history.first?.stringValue.map { [$0] } ?? []
      }
      return map.entries.flatMap { tensors($0.value) }
    default: return []
    }
  }
}
