/// A config as it was written: values with the places they stand at, for errors that point there.
public struct ConfigNode: Sendable {
  /// What a node holds.
  public enum Content: Sendable {
    /// A value that is neither a list nor a map.
    case scalar(ConfigValue)
    case list([ConfigNode])
    case map([Entry])
  }

  /// A key with its value.
  public struct Entry: Sendable {
    public var key: String
    /// Where the key stands.
    public var place: ConfigPlace
    public var node: ConfigNode

    public init(key: String, place: ConfigPlace, node: ConfigNode) {
      self.key = key
      self.place = place
      self.node = node
    }
  }

  public var content: Content
  /// Where the value begins.
  public var place: ConfigPlace
  /// The dotted path of keys and list indices that leads here (`model.0.dense`); empty at the root.
  public var path: String

  package init(_ content: Content, at place: ConfigPlace, path: String) {
    self.content = content
    self.place = place
    self.path = path
  }

  /// A value that was not read from a text: a default, a flag's, or one stored in a model file.
  public init(_ value: ConfigValue, at place: ConfigPlace, path: String = "") {
    self.place = place
    self.path = path
    switch value {
    case .list(let values):
      content = .list(
        values.enumerated().map {
          ConfigNode($1, at: place, path: Self.path(path, String($0)))
        })
    case .map(let map):
      content = .map(
        map.entries.map { key, value in
          Entry(
            key: key, place: place,
            node: ConfigNode(value, at: place, path: Self.path(path, key)))
        })
    default: content = .scalar(value)
    }
  }

  /// The value without places.
  public var value: ConfigValue {
    switch content {
    case .scalar(let value): value
    case .list(let nodes): .list(nodes.map(\.value))
    case .map(let entries): .map(ConfigMap(entries.map { ($0.key, $0.node.value) }))
    }
  }

  /// The node of a key, or nil where this is no map or has no such key.
  public subscript(key: String) -> ConfigNode? {
    guard case .map(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.node
  }

  /// An error about this node: `problem` is put after its path.
  public func error(_ problem: String, advice: String?) -> DescentError {
    place.error("\(label) \(problem)", advice: advice)
  }

  /// The path, or "the config" at the root.
  package var label: String { path.isEmpty ? "the config" : path }

  /// The value in a few words, for errors.
  package var found: String {
    switch content {
    case .scalar(.null): "empty"
    case .scalar(.string(let text)): text.excerpt
    case .scalar(.number(let value)) where !value.isFinite: "\(value)"
    case .scalar(let value): value.json()
    case .list(let nodes): nodes.isEmpty ? "an empty list" : "a list"
    case .map(let entries): entries.isEmpty ? "an empty map" : "a map"
    }
  }

  package var isNull: Bool { if case .scalar(.null) = content { true } else { false } }

  package static func path(_ parent: String, _ step: String) -> String {
    parent.isEmpty ? step : parent + "." + step
  }
}
