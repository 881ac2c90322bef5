/// A value that an option can have.
public protocol ConfigConvertible: Sendable {
  /// Nil where the config's value is of another type.
  init?(_ value: ConfigValue)
  /// The value in a config.
  var configValue: ConfigValue { get }
}

extension Bool: ConfigConvertible {
  public init?(_ value: ConfigValue) {
    guard let value = value.boolValue else { return nil }
    self = value
  }
  public var configValue: ConfigValue { .bool(self) }
}

extension Int: ConfigConvertible {
  public init?(_ value: ConfigValue) {
    guard let value = value.integerValue else { return nil }
    self = value
  }
  public var configValue: ConfigValue { .integer(self) }
}

extension Double: ConfigConvertible {
  public init?(_ value: ConfigValue) {
    guard let value = value.numberValue else { return nil }
    self = value
  }
  public var configValue: ConfigValue { .number(self) }
}

extension String: ConfigConvertible {
  public init?(_ value: ConfigValue) {
    guard let value = value.stringValue else { return nil }
    self = value
  }
  public var configValue: ConfigValue { .string(self) }
}

extension Array: ConfigConvertible where Element: ConfigConvertible {
  public init?(_ value: ConfigValue) {
    guard let list = value.listValue else { return nil }
    self = list.compactMap { Element($0) }
  }
  public var configValue: ConfigValue { .list(map(\.configValue)) }
}

/// One of several words.
extension ConfigConvertible where Self: RawRepresentable, Self.RawValue == String {
  public init?(_ value: ConfigValue) {
    guard let word = value.stringValue else { return nil }
    self.init(rawValue: word)
  }
  public var configValue: ConfigValue { .string(rawValue) }
}

extension ConfigConvertible where Self: RawRepresentable & CaseIterable, Self.RawValue == String {
  /// The choice between all of them.
  public static var type: ConfigType { .choice(allCases.map(\.rawValue)) }
}
