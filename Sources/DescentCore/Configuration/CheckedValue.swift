import Foundation

/// A value that has been found to be of a key's type.
struct CheckedValue {
  /// The value in its normal form: whole numbers as `integer`, other numbers as `number`, paths
  /// absolute, maps with their defaults.
  var value: ConfigValue
  /// The options of the map, where the type is one.
  var part: ConfigOptions?

  /// - Throws: at the node, or deeper where the mistake is deeper.
  init(_ node: ConfigNode, type: ConfigType) throws(DescentError) {
    guard let checked = try Self.check(node, type) else {
      var advice = "it must be \(type.words)"
      if type.takesText, case .scalar(let value) = node.content, value != .null,
        value.stringValue == nil
      {
        advice += " (in quotes: \(value.json().jsonQuoted))"
      }
      throw node.error("is \(node.found)", advice: advice)
    }
    self = checked
  }

  /// A path with the user's folder in place of a ~ that it begins with, as a shell has it.
  private static func atHome(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"),
      let home = ProcessInfo.processInfo.environment["HOME"], home.hasPrefix("/")
    else { return path }
    return home + path.dropFirst()
  }

  private init(_ value: ConfigValue, part: ConfigOptions? = nil) {
    self.value = value
    self.part = part
  }

  /// The checked value, or nil where the type does not take the node's value at all.
  private static func check(_ node: ConfigNode, _ type: ConfigType) throws(DescentError)
    -> CheckedValue?
  {
    switch (type, node.content) {
    case (.bool, .scalar(.bool(let value))): return CheckedValue(.bool(value))
    case (.integer(let bounds), .scalar(let value)):
      guard let value = value.integerValue, bounds.contains(value) else { return nil }
      return CheckedValue(.integer(value))
    case (.number(let bounds), .scalar(let value)):
      guard let value = value.numberValue, value.isFinite, bounds.contains(value) else {
        return nil
      }
      return CheckedValue(.number(value))
    case (.string, .scalar(.string(let text))): return CheckedValue(.string(text))
    case (.path, .scalar(.string(let text))):
      // A path with a null character would be cut there by the system.
      guard !text.isEmpty, !text.utf8.contains(0) else { return nil }
      return CheckedValue(
        .string(ConfigSource.absolute(atHome(text), in: node.place.source.folder)))
    case (.choice(let words), .scalar(.string(let text))):
      return words.contains(text) ? CheckedValue(.string(text)) : nil
    case (.list(of: let entry, let least), .list(let nodes)):
      guard nodes.count >= least else { return nil }
      var values: [ConfigValue] = []
      for node in nodes { values.append(try CheckedValue(node, type: entry).value) }
      return CheckedValue(.list(values))
    case (.map(let keys), .map):
      let part = try ConfigOptions(node, keys: keys)
      return CheckedValue(.map(part.values), part: part)
    case (.named(let type), .map(let entries)):
      var values = ConfigMap()
      for entry in entries { values[entry.key] = try CheckedValue(entry.node, type: type).value }
      return CheckedValue(.map(values))
    case (.component, .scalar(.string)), (.component, .map): return CheckedValue(node.value)
    case (.oneOf(let types), _):
      for type in types {
        if let checked = try check(node, type) { return checked }
      }
      return nil
    default: return nil
    }
  }
}

extension ConfigType {
  fileprivate var takesText: Bool {
    switch self {
    case .string, .path: true
    case .oneOf(let types): types.contains(where: \.takesText)
    default: false
    }
  }
}
