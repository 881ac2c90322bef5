import Descent
import Foundation

/// A file that a command is to write.
enum OutputFile {
  /// - Parameters:
  ///   - force: whether a file that is there may be replaced.
  ///   - inputs: what the command reads, which never may: the same file under any name.
  /// - Throws: `cannotCreate` where something is at the path that may not be replaced.
  static func check(_ path: String, force: Bool, inputs: [String?]) throws(DescentError) {
    guard let file = FileIdentity(path) else { return }
    try file.requireReplaceable(at: path)
    for case let input? in inputs where FileIdentity(input) == file {
      throw DescentError(
        .cannotCreate, "it is the same file as \(input), which is read", at: path,
        advice: "name another file")
    }
    guard force else {
      throw DescentError(
        .cannotCreate, "it exists already", at: path,
        advice: "name another file, or replace it with --force")
    }
  }
}
