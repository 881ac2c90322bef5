import Foundation
import Testing

@testable import Descent
@testable import DescentCore

@Suite struct ConfigNodeTests {
  @Test(
    arguments: [
      ("true", .bool(true)), ("false", .bool(false)), ("True", "True"), ("yes", "yes"),
      ("no", "no"), ("on", "on"), ("off", "off"), ("null", .null), ("~", .null), ("", .null),
      ("Null", "Null"), ("0", 0), ("-3", -3), ("+4", 4), ("010", "010"), ("00", "00"),
      ("0x1F", "0x1F"), ("0o7", "0o7"), ("1_000", "1_000"), ("12:30", "12:30"),
      ("1e-3", 0.001), ("1e3", 1000.0), (".5", 0.5), ("5.", 5.0), ("-2.5E+4", -25000.0),
      ("0.1", 0.1), ("1e", "1e"), (".", "."), ("-", "-"), ("+", "+"), ("1.2.3", "1.2.3"),
      (".e3", ".e3"), ("9223372036854775807", .integer(.max)),
      ("9223372036854775808", 9223372036854775808.0), ("inf", "inf"), ("nan", "nan"),
      ("\"1\"", "1"), ("'true'", "true"), ("!!str 5", "5"), ("!!str", ""),
      ("2024-01-31", "2024-01-31"),
      ("|\n  a\n  b\n", "a\nb\n"), (">\n  a\n  b\n", "a b\n"), ("&x 5", 5),
    ] as [(String, ConfigValue)])
  func scalarsMeanWhatTheCoreSchemaSays(text: String, expected: ConfigValue) throws {
    // "-" alone would be an entry of a block list.
    let yaml = text == "-" ? "[-]" : "a: \(text)\n"
    if text == "-" {
      #expect(ConfigValue(plainYAML: "-") == "-")
    } else {
      #expect(try sampleNode(yaml)["a"]?.value == expected)
    }
  }

  @Test(arguments: ["", "\n", "# only a comment\n", "---\n", "~", "{}"])
  func anEmptyFileIsAnEmptyMap(text: String) throws {
    #expect(try sampleNode(text).value == [:])
  }

  @Test func nodesKnowTheirPlaces() throws {
    let node = try sampleNode("# c\nmodel:\n  - dense: { units: 4,\n      activation: relu }\n")
    let dense = try #require(
      node["model"].flatMap { list -> ConfigNode? in
        if case .list(let nodes) = list.content { nodes[0]["dense"] } else { nil }
      })
    #expect(dense.place.description == "run.yaml:3:12")
    #expect(dense.path == "model.0.dense")
    #expect(dense["activation"]?.place.description == "run.yaml:4:19")
    #expect(dense["activation"]?.path == "model.0.dense.activation")
    guard case .map(let entries) = dense.content else { return }
    #expect(entries[1].place.description == "run.yaml:4:7")
  }

  @Test func anchorsAliasesAndMergesWork() throws {
    let text = """
      base: &base { units: 4, activation: relu }
      model:
        - dense: *base
        - dense: { <<: *base, units: 8 }
        - dense: { <<: [{ a: 1 }, { a: 2, b: 3 }] }
        - { "<<": 5 }
      """
    #expect(
      try sampleNode(text).value["model"]
        == [
          ["dense": ["units": 4, "activation": "relu"]],
          ["dense": ["units": 8, "activation": "relu"]],
          ["dense": ["a": 1, "b": 3]],
          ["<<": 5],
        ])
  }

  @Test(arguments: [
    (
      "a: 1\nb: 2\na: 3\n",
      "run.yaml:1:1: the key \"a\" is given again further down; keep one of them"
    ),
    (
      "a: 1\n!!str a: 3\n",
      "run.yaml:2:1: the key \"a\" is given twice, first on line 1; keep one of them"
    ),
    (
      "a: 1\n\"a\": 3\n",
      "run.yaml:2:1: the key \"a\" is given twice, first on line 1; keep one of them"
    ),
    (
      "a:\n\t- 1\n",
      "run.yaml:2:1: YAML syntax: found character that cannot start any token; "
        + "indent with spaces, not tabs, and quote text that begins with a sign"
    ),
    (
      "a: @b\n",
      "run.yaml:1:4: YAML syntax: found character that cannot start any token; "
        + "indent with spaces, not tabs, and quote text that begins with a sign"
    ),
    (
      "a: [1, 2\nb: 3\n",
      "run.yaml:2:2: YAML syntax: did not find expected ',' or ']'; "
        + "correct the text here or just before"
    ),
    (
      "a: b: c\n",
      "run.yaml:1:5: YAML syntax: mapping values are not allowed in this context; "
        + "correct the text here or just before"
    ),
    (
      "a: 1\n---\nb: 2\n",
      "run.yaml:2:1: the text holds several YAML documents; keep one and remove the --- lines"
    ),
    ("a: .inf\n", "run.yaml:1:4: the number \".inf\" is not finite; write a finite number"),
    ("a: [-.INF]\n", "run.yaml:1:5: the number \"-.INF\" is not finite; write a finite number"),
    ("a: .NaN\n", "run.yaml:1:4: the number \".NaN\" is not finite; write a finite number"),
    ("a: 1e999\n", "run.yaml:1:4: the number \"1e999\" is not finite; write a finite number"),
    (
      "a: *b\n",
      "run.yaml:1:4: YAML syntax: found undefined alias; correct the text here or just before"
    ),
    ("? [a]\n: 1\n", "run.yaml:1:3: a list or a map stands as a key; keys are text"),
    ("a: !x 5\n", "run.yaml:1:4: the tag \"!x\" is not known here; leave the tag out"),
    (
      "a: !!int \"5\"\n",
      "run.yaml:1:4: the tag \"tag:yaml.org,2002:int\" is not known here; leave the tag out"
    ),
    ("a: !x [5]\n", "run.yaml:1:4: the tag \"!x\" is not known here; leave the tag out"),
    ("a: !x {}\n", "run.yaml:1:4: the tag \"!x\" is not known here; leave the tag out"),
    (
      "<<: 5\n",
      "run.yaml:1:1: << stands before something that is no map; "
        + "merge an alias of a map, as in <<: *name"
    ),
    (
      "a: 1\nb: \u{1}\n",
      "run.yaml:2:4: YAML text: control characters are not allowed; "
        + "remove this character or escape it"
    ),
    (
      "a: &x 1\n? *x\n: 2\n",
      "run.yaml:2:3: a list, a map, an alias or nothing stands as a key; keys are text"
    ),
    (
      "a: &x 1\nb: *x\nc:\n  [*x]: 2\n",
      "run.yaml:4:3: a list, a map, an alias or nothing stands as a key; keys are text"
    ),
  ])
  func yamlErrorsSayWhere(text: String, expected: String) {
    #expect(message { try sampleNode(text) } == expected)
  }

  /// Ten levels of ten aliases each would be ten thousand million values.
  @Test(arguments: [
    "a9: *l8\n", "? *l8\n: 1\n", "? [*l8]\n: 1\n", "a9: { *l8 : 1 }\n", "<<: *l8\n",
    "a9: { *l8 }\n", "a9: { a, [*l8], b }\n", "a9: { # c\n &x [*l8] }\n", "a9: [? *l8 : 1]\n",
    "a9: [*l8 : 1]\n", "a9: { '\n# ': 1, ? *l8 }\n", "*l8 : 1\n", "[*l8]: 1\n", "{ *l8 }: 1\n",
  ])
  func aliasesCannotExpandWithoutEnd(last: String) {
    var text = "a0: &l0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<10 {
      let aliases = repeatElement("*l\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &l\(level) [\(aliases)]\n"
    }
    // Without the limits this would never end.
    #expect(!message { try sampleNode(text + last) }.hasPrefix("no error"))
  }

  @Test func theValuesOfAliasesAreCounted() throws {
    func text(_ uses: Int) -> String {
      let words = repeatElement("x", count: 998).joined(separator: ", ")
      return "a: &a [\(words)]\nb: [" + repeatElement("*a", count: uses).joined(separator: ", ")
        + "]"
    }
    // The root, b's list, and 999 values for a itself and for each use.
    _ = try sampleNode(text(99))
    #expect(
      message { try sampleNode(text(100)) }
        == "run.yaml: the config has more than 100000 values, those of its aliases included; "
        + "use fewer aliases")
  }

  @Test func mergesCannotNestWithoutEnd() {
    var text = "a0: &a0 { x: 1 }\n"
    for level in 1..<5000 { text += "a\(level): &a\(level) { <<: *a\(level - 1) }\n" }
    #expect(message { try sampleNode(text) }.contains("nested more than 64 levels deep"))
  }

  @Test func depthIsLimited() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try sampleNode(nested(64))
    #expect(
      message { try sampleNode(nested(65)) }
        == "run.yaml:1:65: lists and maps are nested more than 64 levels deep; flatten the config")
    for unit in ["[", "{a: ", "- ", "? ", "{? "] {
      for count in [900, 20_000] {
        let text = String(repeating: unit, count: count)
        #expect(!message { try sampleNode(text) }.hasPrefix("no error"), "\(unit)")
      }
    }
    let lines = (0..<600).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(message { try sampleNode(lines) }.contains("nested more than 64 levels deep"))
  }

  @Test func sizeIsLimited() {
    let text = String(repeating: "#", count: (256 << 10) + 1)
    #expect(
      message { try sampleNode(text) }
        == "run.yaml: the config has more than 262144 bytes; at most these are read")
  }

  @Test func filesAreReadOrRefused() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ConfigNodeTests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("a.yaml").path
    try Data("a: 1\n".utf8).write(to: URL(fileURLWithPath: file))
    let node = try ConfigNode(contentsOf: file)
    #expect(node.value == ["a": 1])
    #expect(node.place.source.folder == folder.path)
    try Data([0x61, 0xFF]).write(to: URL(fileURLWithPath: file))
    #expect(
      message { try ConfigNode(contentsOf: file) }
        == "\(file): the config is not UTF-8 text; save it as UTF-8")
    try Data(repeating: 0x23, count: 2 << 20).write(to: URL(fileURLWithPath: file))
    #expect(
      message { try ConfigNode(contentsOf: file) }
        == "\(file): the config has more than 262144 bytes; at most these are read")
    #expect(
      message { try ConfigNode(contentsOf: folder.path) }
        == "\(folder.path): is a folder; name a file")
    #expect(throws: DescentError.self) { try ConfigNode(contentsOf: folder.path + "/none.yaml") }
    do {
      _ = try ConfigNode(contentsOf: folder.path + "/none.yaml")
    } catch {
      #expect(error.kind == .missingInput)
      #expect(error.problem == "no such file")
    }
  }
}
