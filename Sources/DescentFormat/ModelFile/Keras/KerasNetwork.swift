import HDF5

/// A network made of a Keras model's config, and where its parameters are among Keras' variables.
struct KerasNetwork {
  let network: Network
  /// What is not taken over.
  let notes: [String]
  private let topology: KerasTopology
  /// What each of Keras' layers is; nil for inputs and additions.
  private let plans: [KerasLayerPlan?]
  /// The number of our layer for each of Keras'.
  private let places: [Int?]

  /// - Throws: where a layer is not one of Descent's, or does not take what comes before it.
  init(_ topology: KerasTopology, file: String, version: String?) throws(DescentError) {
    self.topology = topology
    var reader = KerasLayerReader(file: file, version: version)
    var plans: [KerasLayerPlan?] = Array(repeating: nil, count: topology.layers.count)
    let joins = Self.joins(topology.steps)
    let patterns = Self.patterns(topology.steps)
    for pattern in patterns {
      for (index, variables) in pattern.variables {
        plans[index] = KerasLayerPlan(component: pattern.component, variables: variables)
      }
    }
    let taken = patterns.reduce(into: Set<Int>()) { $0.formUnion($1.layers) }
    for (index, layer) in topology.layers.enumerated()
    where layer.position > 0 && !taken.contains(index) {
      // Keras saves layers that lead nowhere; they have variables, but no place here.
      if joins.contains(layer.object.className) { continue }
      if KerasLayerReader.merge(layer.object.className) != nil { continue }
      plans[index] = try reader.plan(layer)
    }
    self.plans = plans
    notes = reader.notes + Self.precisionNotes(topology)
    var order: [[Int]] = []
    var shape = topology.inputShape
    let layers = try Self.layers(
      topology.steps, topology, plans, file: file, shape: &shape, order: &order)
    let network: Network
    do throws(DescentError) {
      network = try Network(input: topology.inputShape, layers: layers)
    } catch {
      throw DescentError(
        error.kind, [error.place, error.problem].compactMap { $0 }.joined(separator: ": "),
        at: file, advice: error.advice)
    }
    var places: [Int?] = Array(repeating: nil, count: topology.layers.count)
    let ends = Set(network.bypasses.flatMap { [$0.fork ?? $0.join, $0.join] })
    let own = network.layers.indices.filter {
      !ends.contains($0) && !(network.layers[$0] is any KerasTransparent)
    }
    guard own.count == order.count else {
      throw DescentError(
        .invalidInput,
        "its \(order.count) layers become \(own.count), which cannot be told apart", at: file,
        advice: "put a Flatten before each Dense")
    }
    for (place, indices) in zip(own, order) {
      for index in indices { places[index] = place }
    }
    self.network = network
    self.places = places
  }

  /// That layers compute in another precision: a note for each, with the first layer that does.
  private static func precisionNotes(_ topology: KerasTopology) -> [String] {
    var layers: [(precision: String, label: String, count: Int)] = []
    for layer in topology.layers where layer.position > 0 {
      guard let type = layer.object.config.given("dtype"),
        let name = type.stringValue ?? type["config"]?["name"]?.stringValue, name != "float32"
      else { continue }
      if let known = layers.firstIndex(where: { $0.precision == name }) {
        layers[known].count += 1
      } else {
        layers.append((name, layer.label, 1))
      }
    }
    return layers.map { precision, label, count in
      let who = count == 1 ? "\(label) computes" : "\(label) and \(count - 1) more compute"
      return "\(who) in \(precision.excerpt), and Descent in float32"
    }
  }

  /// The classes of the layers in which blocks end.
  private static func joins(_ steps: [KerasTopology.Step]) -> Set<String> {
    steps.reduce(into: []) { joins, step in
      switch step {
      case .layer, .composite: break
      case .block(let kind, let inner, _):
        joins.formUnion(Self.joins(inner))
        joins.insert(kind.kerasJoin)
      case .merge(_, let ways): for way in ways { joins.formUnion(Self.joins(way)) }
      }
    }
  }

  /// The layers of Keras' that together are one of ours.
  private static func patterns(_ steps: [KerasTopology.Step]) -> [KerasPattern] {
    steps.flatMap { step -> [KerasPattern] in
      switch step {
      case .layer: []
      case .composite(let pattern): [pattern]
      case .block(_, let inner, _): patterns(inner)
      case .merge(_, let ways): ways.flatMap(patterns)
      }
    }
  }

  /// The layers of steps, the shape of what they put out, and for each layer which of Keras' it is; none for those
  /// that penalise what Keras' layer before them puts out.
  private static func layers(
    _ steps: [KerasTopology.Step], _ topology: KerasTopology, _ plans: [KerasLayerPlan?],
    file: String, shape: inout [Int], order: inout [[Int]]
  ) throws(DescentError) -> [any Layer] {
    var layers: [any Layer] = []
    for step in steps {
      switch step {
      case .layer(let index):
        layers.append(
          try layer(index, topology, plans, file: file, shape: &shape))
        order.append([index])
        if let penalty = try penalty(of: index, topology, plans, file: file) {
          layers.append(penalty)
          order.append([])
        }
      case .composite(let pattern):
        let label = topology.layers[pattern.layers.max() ?? 0].label
        layers.append(
          try Self.layer(pattern.component, label: label, file: file, shape: &shape))
        order.append(Array(pattern.layers))
      case .block(let kind, let inner, let projection):
        var past = shape
        let own = try Self.layers(
          inner, topology, plans, file: file, shape: &shape, order: &order)
        if let projection {
          let input = past
          let layer = try layer(projection, topology, plans, file: file, shape: &past)
          guard
            kind.isProjection(layer, from: input, to: past)
          else {
            throw DescentError(
              .invalidInput,
              "\(topology.layers[projection].label) leads past a residual block by more than one pixel, or by strides "
                + "that do not follow from the maps' sizes",
              at: file, advice: "a window of 1, groups of 1 and the smallest strides are imported")
          }
          order.append([projection])
        }
        guard let joined = kind.outputShape(of: shape, past: past) else {
          throw DescentError(
            .invalidInput, "\(kind.kerasJoin) takes in rows of the shapes \(past) and \(shape)",
            at: file)
        }
        shape = joined
        layers.append(kind.init(layers: own, projection: projection != nil))
      case .merge(let index, let ways):
        let before = shape
        var members: [[any Layer]] = []
        for way in ways {
          var own = before
          members.append(
            try Self.layers(way, topology, plans, file: file, shape: &own, order: &order))
          guard members.count == 1 || own == shape else {
            throw DescentError(
              .invalidInput,
              "\(topology.layers[index].label) averages rows of the shapes \(shape) and \(own)",
              at: file)
          }
          shape = own
        }
        guard let type = KerasLayerReader.merge(topology.layers[index].object.className) else {
          continue
        }
        layers.append(type.init(members: members))
      }
    }
    return layers
  }

  private static func layer(
    _ index: Int, _ topology: KerasTopology, _ plans: [KerasLayerPlan?], file: String,
    shape: inout [Int]
  ) throws(DescentError) -> any Layer {
    let label = topology.layers[index].label
    guard let plan = plans[index] else {
      throw DescentError(.invalidInput, "\(label) ends no residual block and no ensemble", at: file)
    }
    return try layer(plan.component, label: label, file: file, shape: &shape)
  }

  private static func layer(
    _ component: ConfigValue, label: String, file: String, shape: inout [Int]
  ) throws(DescentError) -> any Layer {
    let node = ConfigNode(
      component, at: ConfigPlace(source: ConfigSource(name: file)), path: label)
    let layer = try Registries.layers.decode(node)
    do throws(DescentError) {
      shape = try layer.outputShape(for: shape)
    } catch {
      throw DescentError(
        error.kind, "\(label): \(error.problem)", at: file, advice: error.advice)
    }
    return layer
  }

  /// The layer that penalises what a layer puts out.
  private static func penalty(
    of index: Int, _ topology: KerasTopology, _ plans: [KerasLayerPlan?], file: String
  ) throws(DescentError) -> (any Layer)? {
    guard let value = plans[index]?.activityRegularizer else { return nil }
    let node = ConfigNode(
      value, at: ConfigPlace(source: ConfigSource(name: file)),
      path: "\(topology.layers[index].label): activity_regularizer")
    let regularizer = try Registries.regularizers.decode(node)
    return try KerasLayerReader(file: file, version: nil).penalty(regularizer)
  }

  /// The parameters that are trained, in the order of Keras' layers.
  func trainedEntries() -> [ParameterLayout.Entry] {
    topology.layers.indices.flatMap { index in
      (plans[index]?.variables ?? []).compactMap { variable in
        guard case .parameter(let name) = variable, let entry = entry(name, of: index),
          entry.specification.isTrainable
        else { return nil }
        return entry
      }
    }
  }

  private func entry(_ name: String, of index: Int) -> ParameterLayout.Entry? {
    places[index].flatMap { place in
      network.layout.entries(of: place).first { $0.specification.name == name }
    }
  }

  /// Reads the weights. Shapes are compared with the network's before memory is taken or anything is read.
  func parameters(from tensors: KerasTensors, kernels: KernelSet) throws(DescentError)
    -> Parameters
  {
    let found = try tensors.variables(
      of: topology.layers, counts: plans.map { $0?.variables.count ?? 0 })
    var tasks: [(entry: ParameterLayout.Entry, what: String, dataset: HDF5Dataset)] = []
    var constants: [(entry: ParameterLayout.Entry, values: [Float])] = []
    for (index, plan) in plans.enumerated() {
      guard let plan else { continue }
      let label = topology.layers[index].label
      for (variable, dataset) in zip(plan.variables, found[index]) {
        guard let entry = entry(variable.name, of: index) else { continue }
        let what = "\(label)'s \(variable.name)"
        let shape = if case .scalar = variable { [Int]() } else { entry.specification.shape }
        guard dataset.shape == shape || shape.isEmpty && dataset.count == 1 else {
          throw DescentError(
            .invalidInput, "\(what) has the shape \(dataset.shape) in the file", at: tensors.name,
            advice: "the config makes it \(shape)")
        }
        tasks.append((entry, what, dataset))
      }
      for (name, values) in plan.constants {
        guard let entry = entry(name, of: index) else { continue }
        guard values.count == entry.count || values.count == 1 else {
          throw DescentError(
            .invalidInput,
            "\(label) has \(values.count) numbers of \(name) for \(entry.count) inputs",
            at: tensors.name)
        }
        constants.append((entry, values))
      }
    }
    let parameters = Parameters(layout: network.layout)
    let given = Set((tasks.map(\.entry) + constants.map(\.entry)).map(\.offset))
    for entry in network.layout.entries where !given.contains(entry.offset) {
      entry.specification.initialize(
        parameters.view(entry),
        random: CounterRandom(seed: 0, purpose: .initialization, step: 0))
    }
    for task in tasks {
      let values = try tensors.floats(task.dataset, shape: task.dataset.shape, of: task.what)
      Self.set(task.entry, to: values, in: parameters)
    }
    for (entry, values) in constants { Self.set(entry, to: values, in: parameters) }
    parameters.renewCopies(kernels: kernels)
    return parameters
  }

  /// One number stands for all elements.
  private static func set(
    _ entry: ParameterLayout.Entry, to values: [Float], in parameters: Parameters
  ) {
    parameters.set(
      entry,
      to: values.count == entry.count ? values : Array(repeating: values[0], count: entry.count))
  }
}
