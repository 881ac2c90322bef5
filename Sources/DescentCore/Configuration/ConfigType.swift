/// What a key's value may be. Describes itself in words, for errors and the reference.
public indirect enum ConfigType: Sendable, Equatable {
  /// `true` or `false`.
  case bool
  /// A whole number within bounds; `20`, and also `20.0` and `2e1`.
  case integer(ConfigBounds<Int> = .any)
  /// A finite number within bounds, whole or not.
  case number(ConfigBounds<Double> = .any)
  /// Any text.
  case string
  /// A file's path; a relative one is taken from its source's folder and becomes absolute.
  case path
  /// One of a few words.
  case choice([String])
  /// A list with entries of one type, at least so many.
  case list(of: ConfigType, atLeast: Int = 0)
  /// Any of several types; the first that takes a value decides how it is read.
  case oneOf([ConfigType])
  /// A map with keys of its own.
  case map([ConfigKey])
  /// A map from names that the table does not know, such as those of classes, to values of one type.
  case named(ConfigType)
  /// A component of a family such as `layer` or `optimizer`: a name, or a name with its options.
  /// It stays a node, for the family's `ComponentRegistry` to decode.
  case component(String)

  /// The type in words that follow "it must be": `a whole number of at least 1`.
  public var words: String {
    switch self {
    case .bool: "true or false"
    case .integer(let bounds): "a whole number" + bounds.words { String($0) }
    case .number(let bounds): "a number" + bounds.words(Self.digits)
    case .string: "text"
    case .path: "a file's path"
    case .choice(let words): words.joined(last: "or")
    case .list(of: .component(let family), _): "a list of \(family)s"
    case .list(of: let entry, let least):
      "a list" + (least > 0 ? " of at least \(least)" : "") + ", each entry \(entry.words)"
    case .oneOf(let types): types.flatMap(\.alternatives).joined(last: "or")
    case .map(let keys): "a map with the keys " + keys.map(\.name).joined(last: "and")
    case .named(let value): "a map from names, each to \(value.words)"
    case .component(let family):
      ("aeiou".contains(family.first ?? " ") ? "an " : "a ") + family
        + " (its name, or its name with options)"
    }
  }

  /// The words of each alternative: several for words to choose from.
  private var alternatives: [String] {
    switch self {
    case .bool: ["true", "false"]
    case .choice(let words): words
    case .oneOf(let types): types.flatMap(\.alternatives)
    default: [words]
    }
  }

  /// A number for messages: without a needless `.0`.
  private static func digits(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
