import Foundation
import Testing

@testable import Descent
@testable import DescentCore

/// Names as flags have them, and what people write into configs.
@Suite struct QuotedNamesTests {
  @Test(arguments: [
    ("a", ["a"]), ("a,b", ["a", "b"]), (#""a,b",c"#, ["a,b", "c"]), (#""a""b""#, [#"a"b"#]),
    ("a b,ü", ["a b", "ü"]), (#"a"b"#, [#"a"b"#]), ("", [""]), ("a,,b", ["a", "", "b"]),
    (#""a"b"#, nil), (#""a"#, nil), (#"""#, nil),
  ])
  func namesAreSplitOutsideQuotes(text: String, names: [String]?) {
    #expect(QuotedNames(text, separator: ",")?.names == names)
  }

  @Test func settingsTakeKeysInQuotes() throws {
    let node = try sampleNode("data: { columns: { a.b: number } }")
    let set = try node.setting(#"data.columns."a.b"=drop"#).setting(#"data.columns."c=d"=embed"#)
    #expect(set["data"]?["columns"]?["a.b"]?.value == "drop")
    #expect(set["data"]?["columns"]?["c=d"]?.value == "embed")
    let error = #expect(throws: DescentError.self) { try node.setting(#"data."a=1"#) }
    #expect(error?.problem.hasPrefix("the quotes in") == true)
    let mistake = #expect(throws: DescentError.self) {
      try RunConfig(
        sampleNode("data: { train: x }\nmodel: [dense]").setting("data.columns.a.b=drop"))
    }
    #expect(mistake?.advice?.contains(#"data.columns."a.b"=drop"#) == true)
  }

  @Test func byteOrderMarksAreSkipped() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func file(_ bytes: [UInt8]) throws -> String {
      let url = folder.appending(path: "run.yaml")
      try Data(bytes).write(to: url)
      return url.path
    }
    let text = Array("name: r".utf8)
    #expect(try ConfigNode(contentsOf: file([0xEF, 0xBB, 0xBF] + text))["name"]?.value == "r")
    #expect(
      try ConfigNode(yaml: "\u{FEFF}name: r", source: ConfigSource(name: "x"))["name"]?.value == "r"
    )
    let little: [UInt8] = [0xFF, 0xFE] + text.flatMap { [$0, 0] }
    let big: [UInt8] = [0xFE, 0xFF] + text.flatMap { [0, $0] }
    for bytes in [little, big] {
      let error = #expect(throws: DescentError.self) { try ConfigNode(contentsOf: file(bytes)) }
      #expect(error?.problem == "the config is UTF-16 text")
    }
    let other = #expect(throws: DescentError.self) { try ConfigNode(contentsOf: file([0xE9])) }
    #expect(other?.problem == "the config is not UTF-8 text")
  }

  @Test func aTildeIsTheUsersFolder() throws {
    let home = try #require(ProcessInfo.processInfo.environment["HOME"])
    let config = try RunConfig(sampleNode("data: { train: ~/x.csv, test: ~ }\nmodel: [dense]"))
    #expect(config.data.train == .file(home + "/x.csv"))
    #expect(config.data.test == nil)
  }
}
