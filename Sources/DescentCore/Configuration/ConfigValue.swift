/// A value as configs, model files and reports hold it: what YAML and JSON have in common.
///
/// Whole numbers and other numbers are different cases, and keep their case through `json` and
/// `yaml` and back. A `number` that is not finite has no JSON form and is written as `null`.
public indirect enum ConfigValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case list([ConfigValue])
  case map(ConfigMap)
}

extension ConfigValue {
  /// The truth value, or nil for any other case.
  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The whole number: an `integer`, or a `number` without a fraction that an `Int` and a `Double`
  /// both hold exactly (at most 2⁵³ in magnitude); nil otherwise.
  public var integerValue: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value) where value.magnitude <= 0x1p53: Int(exactly: value)
    default: nil
    }
  }

  /// The number, whole or not, as a `Double`; nil for any other case.
  public var numberValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The text, or nil for any other case.
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

  /// The list's entries, or nil for any other case.
  public var listValue: [ConfigValue]? { if case .list(let values) = self { values } else { nil } }

  /// The map, or nil for any other case.
  public var mapValue: ConfigMap? { if case .map(let map) = self { map } else { nil } }

  /// Whether this is `null`.
  public var isNull: Bool { self == .null }

  /// The value of a key, or nil where this is no map or has no such key.
  public subscript(key: String) -> ConfigValue? { mapValue?[key] }

  /// The value at a dotted path of keys and list indices, such as `model.0.dense.units`.
  ///
  /// The empty path is the value itself; nil where a step leads nowhere.
  public subscript(path path: String) -> ConfigValue? {
    var value = self
    for step in path.split(separator: ".", omittingEmptySubsequences: false) where path != "" {
      switch value {
      case .map(let map):
        guard let next = map[String(step)] else { return nil }
        value = next
      case .list(let values):
        guard let index = Int(step), values.indices.contains(index) else { return nil }
        value = values[index]
      default: return nil
      }
    }
    return value
  }
}

extension ConfigValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(nilLiteral: ()) { self = .null }
  public init(arrayLiteral elements: ConfigValue...) { self = .list(elements) }
  /// A map in the order written; of a key written twice, the last value in the first place.
  public init(dictionaryLiteral elements: (String, ConfigValue)...) {
    self = .map(ConfigMap(elements))
  }
}
