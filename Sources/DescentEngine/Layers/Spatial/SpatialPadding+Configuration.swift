extension SpatialPadding: ConfigConvertible {
  public init?(_ value: ConfigValue) {
    guard let word = value.stringValue else { return nil }
    self.init(rawValue: word)
  }

  public var configValue: ConfigValue { .string(rawValue) }

  public static let type = ConfigType.choice(allCases.map(\.rawValue))
}
