/// One key of the config: everything that the decoder, the reference and the JSON Schema say of it.
public struct ConfigKey: Sendable, Equatable {
  /// What holds where the key is not given.
  public enum Presence: Sendable, Equatable {
    /// Its absence is an error.
    case required
    /// The value it then has.
    case defaultValue(ConfigValue)
    /// It stays absent, and `null` says so too; the text says what is done then, in a few words.
    case optional(String)
  }

  public var name: String
  public var type: ConfigType
  public var presence: Presence
  /// What the key means, in one sentence.
  public var meaning: String

  /// A key that must be given.
  public init(required name: String, _ type: ConfigType, _ meaning: String) {
    self.name = name
    self.type = type
    self.presence = .required
    self.meaning = meaning
  }

  /// A key with a default, which must be of the key's type.
  public init(
    _ name: String, _ type: ConfigType, default value: ConfigValue, _ meaning: String
  ) {
    self.name = name
    self.type = type
    self.presence = .defaultValue(value)
    self.meaning = meaning
  }

  /// A key that may be absent.
  /// - Parameter absence: What its absence means, in a few words: `none`, `inferred from the
  ///   target`.
  public init(
    optional name: String, _ type: ConfigType, absent absence: String = "none", _ meaning: String
  ) {
    self.name = name
    self.type = type
    self.presence = .optional(absence)
    self.meaning = meaning
  }
}
