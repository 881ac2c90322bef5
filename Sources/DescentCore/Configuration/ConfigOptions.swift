import Synchronization

/// The options of a component, or of a part of the config, checked against its keys.
///
/// Every value has its key's type, and every default is filled in. To ask for a key that is not in the table, or for another
/// type than the table's, is a mistake of the component: it gets nothing (0, an empty text), and whoever makes it from a config
/// gets the error.
public struct ConfigOptions: Sendable {
  /// Every key that has a value, defaults included, in the order of the table.
  public private(set) var values = ConfigMap()
  /// The path of the map, such as `model.0.dense`.
  public let path: String
  /// Where the map stands.
  public let place: ConfigPlace
  private var nodes: [String: ConfigNode] = [:]
  private var parts: [String: ConfigOptions] = [:]
  private let keys: [ConfigKey]
  private let mistakes: Mistakes

  /// The first thing that was asked for in vain.
  private final class Mistakes: Sendable {
    let first = Mutex<DescentError?>(nil)
  }

  /// Checks a map against a table of keys.
  ///
  /// - Throws: at the place of the mistake, where `node` is no map, has a key that is not in `keys`
  ///   (the nearest known key is named), lacks a required one, or has a value of the wrong type or
  ///   range.
  public init(_ node: ConfigNode, keys: [ConfigKey]) throws(DescentError) {
    path = node.path
    place = node.place
    self.keys = keys
    mistakes = Mistakes()
    guard case .map(let entries) = node.content else {
      throw node.error("is \(node.found)", advice: "it must be \(ConfigType.map(keys).words)")
    }
    for entry in entries where !keys.contains(where: { $0.name == entry.key }) {
      throw Self.unknown(entry, in: node, keys: keys)
    }
    for key in keys {
      let given = entries.first { $0.key == key.name }?.node
      let path = ConfigNode.path(path, key.name)
      let valueNode: ConfigNode
      switch key.presence {
      case .required:
        guard let given else {
          throw node.error("lacks the key \(key.name)", advice: "give it \(key.type.words)")
        }
        valueNode = given
      case .defaultValue(let value):
        valueNode = given ?? ConfigNode(value, at: place, path: path)
      case .optional:
        guard let given, !given.isNull else { continue }
        valueNode = given
      }
      let checked = try CheckedValue(valueNode, type: key.type)
      values[key.name] = checked.value
      nodes[key.name] = valueNode
      parts[key.name] = checked.part
    }
  }

  private static func unknown(_ entry: ConfigNode.Entry, in node: ConfigNode, keys: [ConfigKey])
    -> DescentError
  {
    let names = keys.map(\.name)
    let advice =
      if node.path.hasPrefix("data.columns."), entry.place.source.isFlag {
        #"a column's name with a point in it stands in quotes: --set 'data.columns."a.b"=drop'"#
      } else if let nearest = names.nearest(to: entry.key) {
        "did you mean \(nearest)?"
      } else if names.isEmpty {
        "it takes none"
      } else {
        "the known keys are \(names.joined(last: "and"))"
      }
    return entry.place.error(
      "\(node.label) has the unknown key \(entry.key.excerpt)", advice: advice)
  }
}

// MARK: Typed access

extension ConfigOptions {
  /// Whether a key is given or has a default.
  public func has(_ name: String) -> Bool { value(name) != nil }

  /// A truth value of which the table makes sure.
  public func bool(_ name: String) -> Bool { optionalBool(name) ?? missing(name, false) }
  /// A whole number of which the table makes sure.
  public func integer(_ name: String) -> Int { optionalInteger(name) ?? missing(name, 0) }
  /// A number, whole or not, of which the table makes sure.
  public func number(_ name: String) -> Double { optionalNumber(name) ?? missing(name, 0) }
  /// Text, a choice, or an absolute path of which the table makes sure.
  public func string(_ name: String) -> String { optionalString(name) ?? missing(name, "") }
  /// A list of which the table makes sure.
  public func list(_ name: String) -> [ConfigValue] { optionalList(name) ?? missing(name, []) }
  /// The options of a map with keys of its own of which the table makes sure.
  public func part(_ name: String) -> ConfigOptions {
    optionalPart(name) ?? missing(name, ConfigOptions(without: name, of: self))
  }
  /// A component's node, for its registry, of which the table makes sure.
  public func node(_ name: String) -> ConfigNode {
    optionalNode(name)
      ?? missing(name, ConfigNode(.null, at: place, path: ConfigNode.path(path, name)))
  }
  /// The nodes of a list of components of which the table makes sure.
  public func nodes(_ name: String) -> [ConfigNode] { optionalNodes(name) ?? missing(name, []) }

  /// A truth value, or nil where the key is absent or holds another type.
  public func optionalBool(_ name: String) -> Bool? { value(name)?.boolValue }
  /// A whole number, or nil where the key is absent or holds another type.
  public func optionalInteger(_ name: String) -> Int? { value(name)?.integerValue }
  /// A number, or nil where the key is absent or holds another type.
  public func optionalNumber(_ name: String) -> Double? { value(name)?.numberValue }
  /// Text, or nil where the key is absent or holds another type.
  public func optionalString(_ name: String) -> String? { value(name)?.stringValue }
  /// A list, or nil where the key is absent or holds another type.
  public func optionalList(_ name: String) -> [ConfigValue]? { value(name)?.listValue }
  /// A map's options, or nil where the key is absent or holds another type.
  public func optionalPart(_ name: String) -> ConfigOptions? {
    _ = value(name)
    return parts[name]
  }
  /// The node of a value, or nil where the key is absent.
  public func optionalNode(_ name: String) -> ConfigNode? {
    _ = value(name)
    return nodes[name]
  }
  /// The nodes of a list's entries, or nil where the key is absent or holds another type.
  public func optionalNodes(_ name: String) -> [ConfigNode]? {
    if case .list(let nodes) = optionalNode(name)?.content { nodes } else { nil }
  }

  /// An error about a key's value, for what a component itself has to check: `problem` is put after
  /// the key's path, as in `model.0.dense.units is odd`.
  public func error(_ name: String, _ problem: String, advice: String?) -> DescentError {
    (optionalNode(name)?.place ?? place)
      .error("\(ConfigNode.path(path, name)) \(problem)", advice: advice)
  }

  /// - Throws: `usage` where something has been asked for of which the table does not make sure.
  package func check() throws(DescentError) {
    if let mistake = mistakes.first.withLock({ $0 }) { throw mistake }
    for name in parts.keys.sorted() { try parts[name]?.check() }
  }

  private func value(_ name: String) -> ConfigValue? {
    if !keys.contains(where: { $0.name == name }) { note(name) }
    return values[name]
  }

  private func missing<Value>(_ name: String, _ value: Value) -> Value {
    note(name)
    return value
  }

  private func note(_ name: String) {
    let mistake = DescentError(
      .usage, "an option \(name.excerpt) is asked for that the table of keys does not make sure of",
      at: path, advice: "have it in the keys, with that type, required or with a default")
    mistakes.first.withLock { $0 = $0 ?? mistake }
  }

  /// What stands for options that there are not.
  private init(without name: String, of options: ConfigOptions) {
    path = ConfigNode.path(options.path, name)
    place = options.place
    keys = []
    mistakes = options.mistakes
  }
}
