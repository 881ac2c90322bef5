extension ConfigOption {
  public static func activation(
    _ name: String, _ path: Path<any Activation>, _ meaning: String
  ) -> Self {
    part(
      name, "activation", path, meaning, { $0.configuration },
      decode: { node throws(DescentError) in try Registries.activations.decode(node) })
  }

  public static func initializer(
    _ name: String, _ path: Path<any Initializer>, _ meaning: String
  ) -> Self {
    part(
      name, "initializer", path, meaning, { $0.configuration },
      decode: { node throws(DescentError) in try Registries.initializers.decode(node) })
  }

  public static func regularizer(
    _ name: String, _ path: Path<(any Regularizer)?>, _ meaning: String
  ) -> Self {
    optionalPart(
      name, "regularizer", path, meaning, { $0.configuration },
      decode: { node throws(DescentError) in try Registries.regularizers.decode(node) })
  }

  public static func constraint(
    _ name: String, _ path: Path<(any Constraint)?>, _ meaning: String
  ) -> Self {
    optionalPart(
      name, "constraint", path, meaning, { $0.configuration },
      decode: { node throws(DescentError) in try Registries.constraints.decode(node) })
  }

  /// A component with a default, which is named.
  private static func part<Part>(
    _ name: String, _ family: String, _ path: Path<Part>, _ meaning: String,
    _ configuration: @escaping @Sendable (Part) -> ConfigValue,
    decode: @escaping @Sendable (ConfigNode) throws(DescentError) -> Part
  ) -> Self {
    Self(
      keys: { template in
        let value = configuration(template[keyPath: path])
        let kind = value.mapValue?.keys.first.map { ConfigValue.string($0) } ?? value
        return [ConfigKey(name, .component(family), default: kind, meaning)]
      },
      read: { options, component throws(DescentError) in
        component[keyPath: path] = try decode(options.node(name))
      },
      write: { component, map in map[name] = configuration(component[keyPath: path]) })
  }

  private static func optionalPart<Part>(
    _ name: String, _ family: String, _ path: Path<Part?>, _ meaning: String,
    _ configuration: @escaping @Sendable (Part) -> ConfigValue,
    decode: @escaping @Sendable (ConfigNode) throws(DescentError) -> Part
  ) -> Self {
    Self(
      keys: { _ in [ConfigKey(optional: name, .component(family), meaning)] },
      read: { options, component throws(DescentError) in
        component[keyPath: path] = try options.optionalNode(name).map(decode)
      },
      write: { component, map in map[name] = component[keyPath: path].map(configuration) })
  }
}
