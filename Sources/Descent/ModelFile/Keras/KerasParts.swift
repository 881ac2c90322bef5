/// Makes activations, initializers, regularizers and constraints of Keras' into Descent's configs.
struct KerasParts {
  /// What a value says: nothing, something that Descent has, or something that it has not.
  enum Part {
    case none
    case known(ConfigValue)
    case unknown(String)
  }

  let file: String
  /// The layer as errors name it.
  let label: String
  let version: String?

  func refused(_ problem: String, _ advice: String?) -> DescentError {
    DescentError(.invalidInput, "\(label) \(problem)", at: file, advice: advice)
  }

  /// The activation that a layer's config names.
  /// - Throws: where Descent does not have it.
  func activation(_ value: ConfigValue?) throws(DescentError) -> ConfigValue {
    guard let value, !value.isNull else { return .string(Linear.kind) }
    guard let (name, config) = KerasObject.name(value) else {
      throw refused(
        "has an activation that is code or none of Keras' own",
        "no code from a file is run; \(Self.known)")
    }
    switch name {
    case "LeakyReLU":
      let slope = config.given("negative_slope") ?? config.given("alpha") ?? 0.3
      return [LeakyReLU.kind: ["negative_slope": slope]]
    case "ELU": return [ELU.kind: ["alpha": config.given("alpha") ?? 1.0]]
    case "Gelu": return [GELU.kind: ["approximate": config.given("approximate") ?? true]]
    case "ReLU": return try rectifier(config)
    case "Softmax":
      guard config.given("axis").map({ [-1, 1, [-1], [1]].contains($0) }) ?? true else {
        throw refused("has a softmax along axis \(config["axis"]?.json() ?? "")", "use the last")
      }
      return .string(Softmax.kind)
    case HardSigmoid.kind where version?.hasPrefix("2.") == true:
      throw refused(
        "has the activation hard_sigmoid of Keras 2, which is 0.2·x + 0.5",
        "that of Keras 3 and Descent is x/6 + 0.5")
    default: break
    }
    for type in Registries.activations.types where type.kind == name || type.aliases.contains(name)
    {
      return .string(type.kind)
    }
    throw refused("has the activation \(name.excerpt)", Self.known)
  }

  private static var known: String {
    "the activations are \(Registries.activations.kinds.joined(last: "and"))"
  }

  /// Keras' layer of that name: max(0, x), with an upper bound or a slope below 0.
  private func rectifier(_ config: ConfigMap) throws(DescentError) -> ConfigValue {
    let slope = config.given("negative_slope")?.numberValue ?? 0
    let threshold = config.given("threshold")?.numberValue ?? 0
    switch (config.given("max_value")?.numberValue, slope, threshold) {
    case (nil, 0, 0): return .string(ReLU.kind)
    case (6, 0, 0): return .string(ReLU6.kind)
    case (nil, _, 0): return [LeakyReLU.kind: ["negative_slope": .number(slope)]]
    default:
      throw refused(
        "is a ReLU with a max_value, a threshold or several such numbers",
        "read are a max_value of 6 and a negative_slope, each alone")
    }
  }

  /// An initializer; the default in the place of one that Descent does not have, for the weights are there.
  func initializer(_ value: ConfigValue?) -> ConfigValue? {
    guard let value, let (name, config) = KerasObject.name(value) else { return nil }
    if case .known(let part) = component(
      KerasConfig.snakeCase(name), config, in: Registries.initializers.types)
    {
      return part
    }
    return nil
  }

  func regularizer(_ value: ConfigValue?) -> Part {
    guard let value, !value.isNull else { return .none }
    guard let (name, config) = KerasObject.name(value) else { return .unknown("of its own") }
    let kinds = ["L1": L1.kind, "L2": L2.kind, "L1L2": L1L2.kind]
    return component(kinds[name] ?? name.lowercased(), config, in: Registries.regularizers.types)
  }

  func constraint(_ value: ConfigValue?) -> Part {
    guard let value, !value.isNull else { return .none }
    guard let (name, config) = KerasObject.name(value) else { return .unknown("of its own") }
    // Descent's act on a unit's incoming weights, which is axis 0.
    guard config.given("axis").map({ [0, [0]].contains($0) }) ?? true else {
      return .unknown("\(name) along axis \(config["axis"]?.json() ?? "")")
    }
    return component(KerasConfig.snakeCase(name), config, in: Registries.constraints.types)
  }

  /// A component of the same name with those of its keys that Keras gives.
  private func component(
    _ kind: String, _ config: ConfigMap, in types: [any ConfigComponent.Type]
  ) -> Part {
    guard let type = types.first(where: { $0.kind == kind }) else { return .unknown(kind) }
    guard !type.keys.isEmpty else { return .known(.string(kind)) }
    var options: ConfigMap = [:]
    for key in type.keys { options[key.name] = config.given(key.name) }
    return .known([kind: .map(options)])
  }

  /// Numbers in a list, or in lists of one entry each.
  func numbers(_ value: ConfigValue, _ key: String) throws(DescentError) -> [Float] {
    var value = value
    while case .list(let inner)? = value.listValue?.first, value.listValue?.count == 1 {
      value = .list(inner)
    }
    let numbers = (value.listValue ?? [value]).compactMap(\.numberValue).map { Float($0) }
    guard numbers.count == value.listValue?.count ?? 1, numbers.allSatisfy(\.isFinite) else {
      throw refused("has a \(key) that is no list of numbers", nil)
    }
    return numbers
  }
}
