import Foundation

/// Where config values come from: a file, a flag, a model file.
public struct ConfigSource: Sendable, Equatable {
  /// What errors call it: the file's name as the user gave it, or the flag (`--epochs`).
  public var name: String
  /// The absolute folder against which its relative paths are resolved.
  public var folder: String
  /// Whether this is a flag of the command line, so that a mistake in it is wrong usage.
  public var isFlag: Bool

  /// - Parameters:
  ///   - folder: Where relative paths start; the current folder when omitted.
  public init(name: String, folder: String? = nil, isFlag: Bool = false) {
    self.name = name
    self.folder = Self.absolute(folder ?? ".", in: FileManager.default.currentDirectoryPath)
    self.isFlag = isFlag
  }

  /// A path as given, or appended to `folder` where it is relative.
  package static func absolute(_ path: String, in folder: String) -> String {
    if path.hasPrefix("/") { return path }
    var rest = path[...]
    while rest.hasPrefix("./") { rest = rest.dropFirst(2).drop { $0 == "/" } }
    if rest.isEmpty || rest == "." { return folder }
    return folder.hasSuffix("/") ? folder + rest : folder + "/" + rest
  }
}

/// A place in a source: what an error points at.
public struct ConfigPlace: Sendable, Equatable, CustomStringConvertible {
  public var source: ConfigSource
  /// Counted from 1; nil where the source has no lines.
  public var line: Int?
  /// Counted from 1 in Unicode scalars; nil where the source has no lines.
  public var column: Int?

  public init(source: ConfigSource, line: Int? = nil, column: Int? = nil) {
    self.source = source
    self.line = line
    self.column = column
  }

  /// `name`, `name:line` or `name:line:column`.
  public var description: String {
    var text = source.name
    if let line { text += ":\(line)" }
    if line != nil, let column { text += ":\(column)" }
    return text
  }

  /// An error at this place: wrong usage if it is a flag, invalid input otherwise.
  public func error(_ problem: String, advice: String?) -> DescentError {
    DescentError(
      source.isFlag ? .usage : .invalidInput, problem, at: description, advice: advice)
  }
}

extension ConfigSource {
  /// The source without line and column.
  package var whole: ConfigPlace { ConfigPlace(source: self) }
}
