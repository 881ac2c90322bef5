/// All components of one family, found by the name they have in configs.
///
/// `Product` is what they are all used as, such as `any Layer`.
public struct ComponentRegistry<Product>: Sendable {
  /// The family in the singular, such as `layer`.
  public let family: String
  /// The components, in the order of the reference.
  public let types: [any ConfigComponent.Type]
  /// The keys that all of them have beside their own.
  public let commonKeys: [ConfigKey]
  /// Takes the common keys into a component just made.
  private let complete: @Sendable (inout Product, ConfigOptions) throws(DescentError) -> Void

  /// - Parameters:
  ///   - commonKeys: keys that all components have beside their own.
  ///   - complete: takes those into a component that was made from its own.
  /// - Precondition: no two types have the same kind, and each one's shorthand is among its keys.
  package init(
    family: String, _ types: [any ConfigComponent.Type], commonKeys: [ConfigKey] = [],
    complete: @escaping @Sendable (inout Product, ConfigOptions) throws(DescentError) -> Void = {
      _, _ in
    }
  ) {
    let kinds = types.map { $0.kind }
    precondition(Set(kinds).count == kinds.count, "two \(family)s have the same name")
    for type in types {
      precondition(
        type.shorthand.map { name in type.keys.contains { $0.name == name } } ?? true,
        "the shorthand of \(type.kind) is none of its keys")
    }
    self.family = family
    self.types = types
    self.commonKeys = commonKeys
    self.complete = complete
  }

  /// The registry with one more component.
  ///
  /// - Throws: `usage` where its kind is taken, it is none of the family's, or its shorthand is none of its keys.
  package func adding(_ type: any ConfigComponent.Type) throws(DescentError) -> Self {
    let problem: String? =
      if kinds.contains(type.kind) {
        "there is a \(family) of that name"
      } else if let name = type.shorthand, !type.keys.contains(where: { $0.name == name }) {
        "its shorthand \(name) is none of its keys"
      } else {
        nil
      }
    if let problem {
      throw DescentError(.usage, problem, at: type.kind, advice: "give it a name of its own")
    }
    return Self(family: family, types + [type], commonKeys: commonKeys, complete: complete)
  }

  /// The names of all components.
  public var kinds: [String] { types.map { $0.kind } }

  /// The family for the reference and the JSON Schema.
  public var description: ConfigFamily {
    ConfigFamily(
      name: family,
      components: types.map {
        ConfigFamily.Component(
          kind: $0.kind, summary: $0.summary, keys: $0.keys + commonKeys,
          shorthand: $0.shorthand)
      })
  }

  /// Makes the component that a node names.
  ///
  /// A node is a name (`relu`), a map from a name to its options (`dense: { units: 64 }`), to
  /// nothing (`flatten:`), or to the value of its shorthand key (`dense: 64`).
  /// - Throws: at the place of the mistake: an unknown name (the nearest known one is named),
  ///   several names in one map, and whatever is wrong with the options.
  public func decode(_ node: ConfigNode) throws(DescentError) -> Product {
    let (name, place, options) = try parts(of: node)
    guard let type = types.first(where: { $0.kind == name || $0.aliases.contains(name) }) else {
      let advice =
        if let nearest = kinds.nearest(to: name) {
          "did you mean \(nearest)?"
        } else {
          "the \(family)s are \(kinds.joined(last: "and"))"
        }
      throw place.error("\(node.label) is the unknown \(family) \(name.excerpt)", advice: advice)
    }
    let checked = try ConfigOptions(try Self.map(options, for: type), keys: type.keys + commonKeys)
    let made = try type.init(options: checked)
    try checked.check()
    guard var product = made as? Product else {
      throw DescentError(.usage, "it is no \(family)", at: type.kind)
    }
    try complete(&product, checked)
    return product
  }

  /// The name, its place, and the node of the options with the path that errors give it.
  private func parts(of node: ConfigNode) throws(DescentError)
    -> (name: String, place: ConfigPlace, options: ConfigNode)
  {
    switch node.content {
    case .scalar(.string(let name)):
      let path = ConfigNode.path(node.path, name)
      return (name, node.place, ConfigNode(.map([]), at: node.place, path: path))
    case .map(let entries) where entries.count == 1:
      return (entries[0].key, entries[0].place, entries[0].node)
    case .map(let entries) where entries.count > 1:
      let others = entries.dropFirst().map(\.key.excerpt).joined(last: "and")
      throw entries[1].place.error(
        "\(node.label) has \(others) beside \(entries[0].key.excerpt)",
        advice: kinds.contains(entries[1].key)
          ? "name one \(family)"
          : "a \(family) is one name; indent its options below the name")
    default:
      throw node.error(
        "is \(node.found)", advice: "it must be \(ConfigType.component(family).words)")
    }
  }

  /// The options as a map: nothing is the empty map, a value that is no map sets the shorthand's
  /// key.
  private static func map(_ node: ConfigNode, for type: any ConfigComponent.Type)
    throws(DescentError) -> ConfigNode
  {
    if case .map = node.content { return node }
    if node.isNull { return ConfigNode(.map([]), at: node.place, path: node.path) }
    guard let shorthand = type.shorthand else {
      throw node.error(
        "is \(node.found)",
        advice: type.keys.isEmpty
          ? "\(type.kind) takes no options"
          : "it must be \(ConfigType.map(type.keys).words)")
    }
    var value = node
    value.path = ConfigNode.path(node.path, shorthand)
    let entry = ConfigNode.Entry(key: shorthand, place: node.place, node: value)
    return ConfigNode(.map([entry]), at: node.place, path: node.path)
  }
}

/// What the reference says of a family of components.
public struct ConfigFamily: Sendable {
  /// What it says of one of them.
  public struct Component: Sendable {
    public var kind: String
    public var summary: String
    public var keys: [ConfigKey]
    public var shorthand: String?
  }

  /// The family in the singular, such as `layer`; its plural takes an s.
  public var name: String
  public var components: [Component]
}
