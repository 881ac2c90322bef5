/// What went wrong with a file, a flag, a configuration or data: said once, in words a user can act on.
///
/// Every error names what is wrong (`problem`), where (`place`) and what would be right (`advice`).
public struct DescentError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The class of an error. Each has one exit code (sysexits.h where that has one).
  public enum Kind: Int32, Sendable {
    /// Wrong usage of a command.
    case usage = 64
    /// Bad data, configuration or model file.
    case invalidInput = 65
    /// An input that does not exist or cannot be opened.
    case missingInput = 66
    /// An output that cannot be created.
    case cannotCreate = 73
    /// A read or a write failed (disk full, for example).
    case inputOutput = 74
    /// The cost became NaN or infinite.
    case diverged = 75
  }

  public var kind: Kind
  /// What is wrong.
  public var problem: String
  /// Where: `file`, `file:line`, `file:line:column`, a key path, a layer, a row.
  public var place: String?
  /// What would be right.
  public var advice: String?

  public init(_ kind: Kind, _ problem: String, at place: String? = nil, advice: String? = nil) {
    self.kind = kind
    self.problem = problem
    self.place = place
    self.advice = advice
  }

  /// The process exit code that stands for this error.
  public var exitCode: Int32 { kind.rawValue }

  /// `place: problem; advice`
  public var description: String {
    var text = ""
    if let place { text += place + ": " }
    text += problem
    if let advice { text += "; " + advice }
    return text
  }
}
