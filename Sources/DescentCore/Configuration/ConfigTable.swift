/// The options of a component: each with its name, type, meaning, and the property that holds it.
///
/// The table of keys, with it the checks, the reference and the JSON Schema, the component made of checked options and
/// the options written out all follow from it. Defaults are those of the component's own initializer.
public struct ConfigTable<Component: Sendable>: Sendable {
  /// The keys that the options have in configs.
  public let keys: [ConfigKey]
  private let template: Component
  private let options: [ConfigOption<Component>]
  private let check: @Sendable (Component, ConfigOptions) throws(DescentError) -> Void

  /// - Parameters:
  ///   - template: a component with the defaults; what has none is anything.
  ///   - check: what has to be so besides.
  public init(
    _ template: Component, _ options: ConfigOption<Component>...,
    check: @escaping @Sendable (Component, ConfigOptions) throws(DescentError) -> Void = { _, _ in
    }
  ) {
    self.template = template
    self.options = options
    self.check = check
    keys = options.flatMap { $0.keys(template) }
  }

  /// The component that checked options make.
  /// - Throws: what the keys cannot say.
  public func read(_ options: ConfigOptions) throws(DescentError) -> Component {
    var component = template
    for option in self.options { try option.read(options, &component) }
    try check(component, options)
    return component
  }

  /// A component's options, every default written out.
  public func values(of component: Component) -> ConfigMap {
    var map = ConfigMap()
    for option in options { option.write(component, &map) }
    return map
  }

  /// The keys of a component that another has as a part, with the part's values as defaults.
  fileprivate func keys(_ part: Component) -> [ConfigKey] { options.flatMap { $0.keys(part) } }
}

/// A component whose options stand in one table.
public protocol TabledComponent: ConfigComponent {
  static var table: ConfigTable<Self> { get }
}

extension TabledComponent {
  public static var keys: [ConfigKey] { table.keys }
  public init(options: ConfigOptions) throws(DescentError) { self = try Self.table.read(options) }
  public var options: ConfigMap { Self.table.values(of: self) }
}

/// One option of a component, or several that belong together.
public struct ConfigOption<Component: Sendable>: Sendable {
  public typealias Path<Value> = WritableKeyPath<Component, Value> & Sendable

  let keys: @Sendable (_ template: Component) -> [ConfigKey]
  package var read: @Sendable (ConfigOptions, inout Component) throws(DescentError) -> Void
  let write: @Sendable (Component, inout ConfigMap) -> Void

  package init(
    keys: @escaping @Sendable (_ template: Component) -> [ConfigKey],
    read: @escaping @Sendable (ConfigOptions, inout Component) throws(DescentError) -> Void,
    write: @escaping @Sendable (Component, inout ConfigMap) -> Void
  ) {
    self.keys = keys
    self.read = read
    self.write = write
  }

  /// An option of any kind.
  ///
  /// - Parameters:
  ///   - read: takes the checked value, where there is one.
  ///   - write: the value in a config; nil where the option is absent.
  public static func custom(
    _ key: ConfigKey,
    read: @escaping @Sendable (ConfigOptions, inout Component) throws(DescentError) -> Void,
    write: @escaping @Sendable (Component) -> ConfigValue?
  ) -> Self {
    Self(
      keys: { _ in [key] }, read: read,
      write: { component, map in map[key.name] = write(component) })
  }

  /// An option with a default.
  public static func option<Value: ConfigConvertible>(
    _ name: String, _ type: ConfigType, _ path: Path<Value>, _ meaning: String
  ) -> Self {
    Self(
      keys: { [ConfigKey(name, type, default: brief($0[keyPath: path].configValue), meaning)] },
      read: { options, component in set(&component, path, options.values[name]) },
      write: { component, map in map[name] = component[keyPath: path].configValue })
  }

  /// An option that has to be given.
  public static func required<Value: ConfigConvertible>(
    _ name: String, _ type: ConfigType, _ path: Path<Value>, _ meaning: String
  ) -> Self {
    Self(
      keys: { _ in [ConfigKey(required: name, type, meaning)] },
      read: { options, component in set(&component, path, options.values[name]) },
      write: { component, map in map[name] = component[keyPath: path].configValue })
  }

  /// An option that may be absent, unless the component has a value for it by default.
  /// - Parameter absence: what its absence means, in a few words.
  public static func optional<Value: ConfigConvertible>(
    _ name: String, _ type: ConfigType, _ path: Path<Value?>, absent absence: String = "none",
    _ meaning: String
  ) -> Self {
    Self(
      keys: { template in
        [
          template[keyPath: path].map {
            ConfigKey(name, type, default: brief($0.configValue), meaning)
          } ?? ConfigKey(optional: name, type, absent: absence, meaning)
        ]
      },
      read: { options, component in
        component[keyPath: path] = options.values[name].flatMap { Value($0) }
      },
      write: { component, map in map[name] = component[keyPath: path]?.configValue })
  }

  /// The options of a part that several components have.
  public static func group<Part>(_ table: ConfigTable<Part>, at path: Path<Part>) -> Self {
    Self(
      keys: { table.keys($0[keyPath: path]) },
      read: { options, component throws(DescentError) in
        component[keyPath: path] = try table.read(options)
      },
      write: { component, map in
        map = map.merging(table.values(of: component[keyPath: path]))
      })
  }

  private static func set<Value: ConfigConvertible>(
    _ component: inout Component, _ path: Path<Value>, _ value: ConfigValue?
  ) {
    // The table of keys has made sure that there is one of the type.
    if let value = value.flatMap({ Value($0) }) { component[keyPath: path] = value }
  }

  /// A default as people write it: 1, not 1.0.
  private static func brief(_ value: ConfigValue) -> ConfigValue {
    guard case .number(let number) = value, let whole = Int(exactly: number) else { return value }
    return .integer(whole)
  }
}
