import Descent
import Foundation

/// A file that a command is to write.
enum OutputFile {
  /// - Throws: `cannotCreate` where something is at the path that may not be replaced.
  static func check(_ path: String, force: Bool) throws(DescentError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    guard !isFolder.boolValue else {
      throw DescentError(.cannotCreate, "it is a folder", at: path, advice: "name a file")
    }
    guard force else {
      throw DescentError(
        .cannotCreate, "it exists already", at: path,
        advice: "name another file, or replace it with --force")
    }
  }
}
