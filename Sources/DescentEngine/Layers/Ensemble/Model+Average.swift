extension Model {
  /// One model whose output is the mean of several models' outputs, and which holds all of them: an ensemble.
  ///
  /// Where all end in the same softmax or sigmoid, the mean is of what that takes in, before it is applied once: of
  /// logarithms of odds, the mean of which is as good as that of probabilities, and from which costs are exact.
  ///
  /// - Parameters:
  ///   - models: two or more, that take in the same columns and put out the same classes or values.
  ///   - temperature: what the mean is divided by before softmax or sigmoid, where there is one (Guo et al. 2017).
  /// - Throws: where they do not belong together.
  public static func average(
    of models: [Model], temperature: Double = 1
  ) throws(DescentError) -> Model {
    guard models.count > 1, let first = models.first else {
      throw DescentError(
        .invalidInput, "an average takes two models at least, not \(models.count)")
    }
    for (number, model) in models.enumerated().dropFirst() {
      guard model.network.precision == first.network.precision else {
        throw DescentError(
          .invalidInput,
          "model \(number + 1) is of precision \(model.network.precision.rawValue), the first of "
            + first.network.precision.rawValue,
          advice: "average models of one precision")
      }
      guard model.signature.isLike(first.signature),
        model.network.inputShape == first.network.inputShape
      else {
        throw DescentError(
          .invalidInput, "model \(number + 1) takes in or puts out another thing than the first",
          advice: "average models that were trained on the same columns and targets")
      }
    }
    let ends = models.map { $0.network.sharedEnd }
    let end = ends.first.flatMap { $0 }
    let isShared = end != nil && ends.allSatisfy { $0?.configuration == end?.configuration }
    var members: [[any Layer]] = []
    for (number, model) in models.enumerated() {
      members.append(try model.network.member(number, withoutEnd: isShared))
    }
    var layers: [any Layer] = [Ensemble(members: members)]
    if isShared, let end {
      if temperature != 1 { layers.append(Rescaling(scale: 1 / temperature)) }
      layers.append(ActivationLayer(end))
    }
    let network = try Network(
      input: first.network.inputShape, layers: layers, precision: first.network.precision)
    let parameters = Parameters(layout: network.layout)
    let places = network.layers.indices.map(network.layout.entries).filter { !$0.isEmpty }
    let sources = models.flatMap { model in
      model.network.layers.indices.map { (model, model.network.layout.entries(of: $0)) }
        .filter { !$0.1.isEmpty }
    }
    for (place, (model, entries)) in zip(places, sources) {
      for (entry, source) in zip(place, entries) {
        parameters.set(entry, to: model.parameters.elements(of: source))
      }
    }
    parameters.renewCopies(kernels: first.kernels)
    return Model(
      network: network, signature: first.signature, parameters: parameters, kernels: first.kernels)
  }
}

extension ModelSignature {
  /// Whether inputs and outputs mean the same.
  fileprivate func isLike(_ other: ModelSignature) -> Bool {
    outputs == other.outputs && featureNames == other.featureNames && encoding == other.encoding
  }
}

extension Network {
  /// The layers as they were given, without those at the end that only penalise: nothing is trained any more.
  private var servedDefinition: [any Layer] {
    Array(definition.prefix(1 + (definition.lastIndex { !$0.onlyPenalizes } ?? -1)))
  }

  /// Whether it averages networks, and makes probabilities of their mean.
  package var endsAfterAverage: Bool {
    layers.last is ActivationLayer && layers.contains { $0 is EnsembleMean }
  }

  /// The softmax or sigmoid that the network ends in.
  fileprivate var sharedEnd: (any Activation)? {
    let layers = servedDefinition
    guard let last = layers.last, let end = last.outputActivation, end is Softmax || end is Sigmoid,
      last is Dense || last is ActivationLayer && layers.count > 1
    else { return nil }
    return end
  }

  /// The layers as a member of an ensemble, whose names nobody else's are.
  fileprivate func member(
    _ number: Int, withoutEnd: Bool
  ) throws(DescentError) -> [any Layer] {
    var layers: [any Layer] = []
    let all = servedDefinition
    for (index, layer) in all.enumerated() {
      var description = layer.configuration.renamed("_member_\(number + 1)")
      if withoutEnd, index == all.count - 1 {
        if layer is ActivationLayer { continue }
        description = description.withoutActivation(of: type(of: layer).kind)
      }
      layers.append(
        try Registries.layers.decode(
          ConfigNode(
            description, at: ConfigPlace(source: ConfigSource(name: "member \(number + 1)")))))
    }
    return layers
  }
}

extension ConfigValue {
  /// With something added to every name that a layer was given.
  fileprivate func renamed(_ suffix: String) -> ConfigValue {
    switch self {
    case .map(let map):
      var other = ConfigMap()
      for (key, value) in map.entries {
        if key == "name", let name = value.stringValue {
          other[key] = .string(name + suffix)
        } else {
          other[key] = value.renamed(suffix)
        }
      }
      return .map(other)
    case .list(let values): return .list(values.map { $0.renamed(suffix) })
    default: return self
    }
  }

  /// A layer's description without its activation, and without a penalty of what it puts out.
  fileprivate func withoutActivation(of kind: String) -> ConfigValue {
    guard var map = mapValue, var options = map[kind]?.mapValue else { return self }
    options["activation"] = .string(Linear.kind)
    options["activity_regularizer"] = nil
    map[kind] = .map(options)
    return .map(map)
  }
}
