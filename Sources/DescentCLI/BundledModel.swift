import Descent
import Foundation

/// The network that `descent train` alone trains.
enum BundledModel {
  private static let path = "models/digits.yaml"

  /// The config's path: in the current folder, or in one above the executable.
  ///
  /// - Throws: `missingInput` where it is in neither.
  static func config() throws(DescentError) -> String {
    try config(currentFolder: ".", executable: executable)
  }

  static func config(currentFolder: String, executable: String?) throws(DescentError) -> String {
    let local = currentFolder == "." ? path : currentFolder + "/" + path
    if FileManager.default.fileExists(atPath: local) { return local }
    var folder = (executable ?? "/") as NSString
    while folder.length > 1 {
      folder = folder.deletingLastPathComponent as NSString
      let candidate = folder.appendingPathComponent(path)
      if FileManager.default.fileExists(atPath: candidate) { return candidate }
    }
    throw DescentError(
      .missingInput, "the bundled digits are neither here nor above the program", at: path,
      advice: "name a config, or a table: descent train --data FILE.csv --target COLUMN")
  }

  /// The executable's path with symbolic links resolved.
  private static var executable: String? {
    Bundle.main.executablePath.map { ($0 as NSString).resolvingSymlinksInPath }
  }
}
