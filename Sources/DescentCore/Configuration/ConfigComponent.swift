/// Something that a config names, with options of its own: a layer, a cost, an optimizer.
///
/// The table of keys is the whole of what a component says about its options: it is what the
/// decoder checks, what the reference prints, and what editors complete.
public protocol ConfigComponent: Sendable {
  /// The name in configs, such as `dense`.
  static var kind: String { get }
  /// Other names under which configs know it, such as `swish` for `silu`.
  static var aliases: [String] { get }
  /// What it does, in one sentence.
  static var summary: String { get }
  /// Its options.
  static var keys: [ConfigKey] { get }
  /// The key that is set by a value which is no map, if any: where it is `rate`, `dropout: 0.2`
  /// means `dropout: { rate: 0.2 }`.
  static var shorthand: String? { get }

  /// A component with options that have been checked against `keys`.
  ///
  /// - Throws: what the table cannot say, made with `ConfigOptions.error(_:_:advice:)`.
  init(options: ConfigOptions) throws(DescentError)

  /// All its options, every default written out, such that `init(options:)` makes an equal
  /// component.
  var options: ConfigMap { get }
}

extension ConfigComponent {
  /// None.
  public static var aliases: [String] { [] }
  /// None.
  public static var shorthand: String? { nil }
  /// None.
  public static var keys: [ConfigKey] { [] }
  /// None.
  public var options: ConfigMap { [:] }

  /// The component as a config has it: its bare name where it takes no options, else a map from its
  /// name to `options`.
  public var configuration: ConfigValue {
    Self.keys.isEmpty ? .string(Self.kind) : .map([Self.kind: .map(options)])
  }
}

/// A component without options.
public protocol PlainComponent: ConfigComponent {
  init()
}

extension PlainComponent {
  public init(options: ConfigOptions) { self.init() }
}
