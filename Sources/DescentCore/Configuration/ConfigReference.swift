/// The description of all that a config may say, made from the same tables that the decoder checks
/// with.
public struct ConfigReference: Sendable {
  /// The keys at the top.
  public let keys: [ConfigKey]
  /// The families whose components the keys take.
  public let families: [ConfigFamily]

  /// A family that a key names, at any depth, and that is not given has no components.
  public init(keys: [ConfigKey], families: [ConfigFamily]) {
    self.keys = keys
    var (all, known) = (families, Set(families.map(\.name)))
    let tables = [keys] + families.flatMap { $0.components.map(\.keys) }
    for name in tables.joined().flatMap(\.type.families) where known.insert(name).inserted {
      all.append(ConfigFamily(name: name, components: []))
    }
    self.families = all
  }

  /// Every key with its table row: nested keys by their dotted path (`data.train.features`).
  package var rows: [(path: String, key: ConfigKey)] { Self.rows(of: keys, under: "") }

  package static func rows(of keys: [ConfigKey], under path: String) -> [(
    path: String, key: ConfigKey
  )] {
    keys.flatMap { key in
      let path = ConfigNode.path(path, key.name)
      return [(path, key)] + rows(of: key.type.nestedKeys, under: path)
    }
  }

  /// The reference as Markdown: one table of the config's keys, then each family with its
  /// components.
  public var markdown: String {
    var text = "## Keys\n\n" + Self.table(rows)
    for family in families {
      text += "\n## " + family.name.prefix(1).uppercased() + family.name.dropFirst() + "s\n"
      for component in family.components {
        text += "\n### \(component.kind)\n\n\(component.summary)\n"
        let rows = Self.rows(of: component.keys, under: "")
        if !rows.isEmpty { text += "\n" + Self.table(rows) }
        if let shorthand = component.shorthand {
          text += "\nIn short: `\(component.kind): …` sets `\(shorthand)`.\n"
        }
      }
    }
    return text
  }

  private static func table(_ rows: [(path: String, key: ConfigKey)]) -> String {
    var text = "| key | type | default | meaning |\n| --- | --- | --- | --- |\n"
    for (path, key) in rows {
      let absence =
        switch key.presence {
        case .required: "required"
        case .defaultValue(.map(let map)) where map.isEmpty: "as below"
        case .defaultValue(let value): "`" + value.yaml().dropLast() + "`"
        case .optional(let absence): absence
        }
      let type = if case .map = key.type { "a map" } else { key.type.words }
      let cells = ["`\(path)`", type, absence, key.meaning].map {
        $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
      }
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    return text
  }
}

extension ConfigType {
  /// The keys of the map that this type is, or may be.
  var nestedKeys: [ConfigKey] {
    switch self {
    case .map(let keys): keys
    case .oneOf(let types): types.flatMap(\.nestedKeys)
    case .list(of: let entry, _): entry.nestedKeys
    default: []
    }
  }

  /// The families of components that this type names, at any depth.
  fileprivate var families: [String] {
    switch self {
    case .component(let family): [family]
    case .oneOf(let types): types.flatMap(\.families)
    case .list(of: let entry, _): entry.families
    case .map(let keys): keys.flatMap(\.type.families)
    default: []
    }
  }
}
