import Foundation
import Testing

@testable import Descent
@testable import DescentEngine
@testable import DescentFormat

/// The engine runs what layers lay down, what reads and writes files says what they say of themselves, and none of it
/// knows any of them.
@Suite struct EngineNamesTests {
  private static let sources = repositoryRoot.appending(path: "Sources")

  /// The types that conform to `Layer`, by the declarations in the layers' own files.
  private static func layers() throws -> Set<String> {
    var names = Set<String>()
    for file in try swiftFiles(in: "DescentEngine/Layers") {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /struct (\w+): \w*Layer\b/) { names.insert(String(match.1)) }
    }
    return names
  }

  private static func swiftFiles(in folder: String) throws -> [URL] {
    let walk = try #require(
      FileManager.default.enumerator(
        at: sources.appending(path: folder), includingPropertiesForKeys: nil))
    return walk.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
  }

  @Test(arguments: [
    "DescentEngine/Training", "DescentEngine/Model", "DescentFormat/ModelFile",
    "DescentFormat/Interchange",
  ])
  func namesNoLayer(folder: String) throws {
    let layers = try Self.layers()
    #expect(layers.isSuperset(of: ["Dense", "Flatten", "Fork", "BatchNormalization"]))
    let files = try Self.swiftFiles(in: folder)
    #expect(files.count >= 5)
    for file in files {
      let code = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.hasPrefix("//") }
        .joined(separator: "\n").replacing(/"[^"\n]*"/, with: "")
      for word in code.matches(of: /\b[A-Z]\w+\b/).map({ String($0.output) })
      where layers.contains(word) {
        Issue.record("\(file.lastPathComponent) names \(word)")
      }
    }
  }
}
