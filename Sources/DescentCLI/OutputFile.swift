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
    guard !file.isFolder else {
      throw DescentError(.cannotCreate, "it is a folder", at: path, advice: "name a file")
    }
    guard file.isRegular else {
      throw DescentError(
        .cannotCreate, "it is a pipe or a device, which no file can take the place of", at: path,
        advice: "name a file")
    }
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
