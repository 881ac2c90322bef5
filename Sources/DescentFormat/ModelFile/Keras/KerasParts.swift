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
    let value = value.flatMap { $0.isNull ? nil : $0 } ?? "linear"
    guard let (name, config) = KerasObject.name(value) else {
      throw refused(
        "has an activation that is code or none of Keras' own",
        "no code from a file is run; \(Self.known)")
    }
    for case let type as any KerasReadableActivation.Type in Registries.activations.types {
      if let component = try type.read(kerasClass: name, config, self) { return component }
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

  /// - Parameter axes: the first axes of a kernel, along which a unit's incoming weights lie.
  func constraint(_ value: ConfigValue?, axes: Int) -> Part {
    guard let value, !value.isNull else { return .none }
    guard let (name, config) = KerasObject.name(value) else { return .unknown("of its own") }
    // Descent's act on a unit's incoming weights.
    guard config.given("axis").map({ $0 == .axes(axes) || axes == 1 && $0 == 0 }) ?? true else {
      return .unknown("\(name) along axis \(config["axis"]?.json() ?? "")")
    }
    return component(KerasConfig.snakeCase(name), config, in: Registries.constraints.types)
  }

  /// A constraint in Keras' terms, for a kernel along whose first axes a unit's incoming weights lie.
  static func constraint(_ constraint: (any Constraint)?, axes: Int) -> ConfigValue? {
    guard let constraint else { return nil }
    guard axes > 1, var object = constraint.keras.mapValue, var config = object["config"]?.mapValue,
      config["axis"] != nil
    else { return constraint.keras }
    config["axis"] = .axes(axes)
    object["config"] = .map(config)
    return .map(object)
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

extension ConfigValue {
  /// The first axes, so many.
  fileprivate static func axes(_ count: Int) -> ConfigValue {
    .list((0..<count).map { .integer($0) })
  }
}
