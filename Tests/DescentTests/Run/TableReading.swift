import Foundation

@testable import Descent
@testable import DescentCore

/// Tests that read a table as the `data` of a config describes it, in a folder of their own.
protocol TableReading {
  var folder: URL { get }
}

extension TableReading {
  static func newFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// A config that is in the folder.
  func config(_ text: String) throws -> ConfigNode {
    let file = folder.appending(path: "run.yaml")
    try Data(text.utf8).write(to: file)
    return try ConfigNode(contentsOf: file.path)
  }

  /// The rows of a table whose target is `y`, read with these options of `data`.
  func data(_ table: String, _ options: String, test: String? = nil) throws -> RunData {
    try Data(table.utf8).write(to: folder.appending(path: "table.csv"))
    if let test { try Data(test.utf8).write(to: folder.appending(path: "test.csv")) }
    let text = """
      data: { train: table.csv, target: y\(test == nil ? "" : ", test: test.csv"), \(options) }
      model: [dense]
      """
    return try RunData(RunConfig(config(text)))
  }
}

extension RunData {
  init(_ config: RunConfig) throws { try self.init(config.data, seed: UInt64(config.seed)) }
}
