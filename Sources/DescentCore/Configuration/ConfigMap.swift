/// Keys and their values, in the order in which they were added.
///
/// Two maps are equal when they hold equal entries in the same order.
public struct ConfigMap: Sendable, Equatable {
  /// The keys, in order.
  public private(set) var keys: [String] = []
  private var values: [String: ConfigValue] = [:]

  /// An empty map.
  public init() {}

  /// The entries in order; of a key given twice, the last value in the first place.
  public init(_ entries: [(key: String, value: ConfigValue)]) {
    for (key, value) in entries { self[key] = value }
  }

  /// The number of entries.
  public var count: Int { keys.count }

  /// Whether there are no entries.
  public var isEmpty: Bool { keys.isEmpty }

  /// The entries, in order.
  public var entries: [(key: String, value: ConfigValue)] {
    keys.compactMap { key in values[key].map { (key, $0) } }
  }

  /// The value of a key. A new key goes to the end, a known one keeps its place, nil removes it.
  public subscript(key: String) -> ConfigValue? {
    get { values[key] }
    set {
      if let newValue {
        if values.updateValue(newValue, forKey: key) == nil { keys.append(key) }
      } else if values.removeValue(forKey: key) != nil {
        keys.removeAll { $0 == key }
      }
    }
  }
}

extension ConfigMap {
  /// The same entries in the order of a table of keys, at every depth, others after them.
  package func ordered(like keys: [ConfigKey]) -> ConfigMap {
    let known = keys.compactMap { key -> (key: String, value: ConfigValue)? in
      guard let value = self[key.name] else { return nil }
      let inner = key.type.nestedKeys
      guard let map = value.mapValue, !inner.isEmpty else { return (key.name, value) }
      return (key.name, .map(map.ordered(like: inner)))
    }
    return ConfigMap(known + entries.filter { entry in !keys.contains { $0.name == entry.key } })
  }

  /// This map with another's entries; of a key in both, the other's value.
  package func merging(_ other: ConfigMap) -> ConfigMap {
    ConfigMap(entries + other.entries)
  }
}

extension ConfigMap: ExpressibleByDictionaryLiteral {
  /// The entries in order; of a key given twice, the last value in the first place.
  public init(dictionaryLiteral elements: (String, ConfigValue)...) {
    for (key, value) in elements { self[key] = value }
  }
}
