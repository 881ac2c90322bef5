import Foundation
import Testing

@testable import Descent
@testable import DescentCore

/// Whatever the sources say in words of keys and flags exists: advice can be followed as it stands.
@Suite struct AdviceTests {
  /// A text literal with where it stands.
  struct Literal: CustomTestStringConvertible {
    let place: String
    let text: String
    var testDescription: String { place }
  }

  /// The sources' text literals, without what is put into them.
  private static let literals: [Literal] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources")
    var literals: [Literal] = []
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    while let url = files?.nextObject() as? URL {
      guard url.pathExtension == "swift", let text = try? String(contentsOf: url, encoding: .utf8)
      else { continue }
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      {
        let code = line.drop { $0 == " " }
        if code.hasPrefix("//") { continue }
        for match in code.matches(of: /"((?:[^"\\]|\\.)*)"/) where match.1.count > 4 {
          let text = match.1.replacing(/\\\((?:[^()]|\([^()]*\))*\)/, with: "…")
          literals.append(
            Literal(place: "\(url.lastPathComponent):\(number + 1)", text: String(text)))
        }
      }
    }
    return literals
  }()

  /// What follows a point in the name of a file.
  private static let endings: Set<String> = [
    "csv", "tsv", "npy", "npz", "h5", "hdf5", "mat", "yaml", "svg", "html", "keras", "onnx", "json",
  ]

  /// Keys by their dotted paths, as in `data.missing: median`.
  @Test func everyKeyThatIsNamedExists() {
    let rows = ConfigReference.rows(of: RunConfig.keys, under: "")
    let known = Set(rows.map(\.path))
    let open = rows.filter { Self.isOpen($0.key.type) }.map { $0.path + "." }
    let roots = Set(RunConfig.keys.map(\.name))
    var found = 0
    for literal in Self.literals {
      for match in literal.text.matches(of: /(?:^|[^A-Za-z0-9_.\/"-])([a-z_]+)((?:\.[a-z_]+)+)/) {
        let path = String(match.1 + match.2)
        guard roots.contains(String(match.1)),
          !Self.endings.contains(String(path.split(separator: ".").last ?? ""))
        else { continue }
        found += 1
        #expect(
          known.contains(path) || open.contains { path.hasPrefix($0) },
          "\(literal.place) names the key \(path), which there is not")
      }
    }
    #expect(found > 40)
  }

  /// Whether names that the table does not know may follow.
  private static func isOpen(_ type: ConfigType) -> Bool {
    switch type {
    case .named, .component: true
    case .list(of: let entry, _): isOpen(entry)
    case .oneOf(let types): types.contains(where: isOpen)
    default: false
    }
  }

  /// Flags, and those of a command that is named before them.
  @Test func everyFlagThatIsNamedExists() throws {
    let commands = [
      "train", "resume", "evaluate", "predict", "import", "export", "inspect", "plot", "check",
      "find-rate", "tune", "init", "info",
    ]
    var flags: [String: Set<String>] = [:]
    for command in commands {
      let help = try Descent.run(command, "--help").output
      flags[command] = Set(help.matches(of: /--[a-z][a-z-]*/).map { String($0.0) })
    }
    let all = flags.values.reduce(into: Set<String>()) { $0.formUnion($1) }
    var found = 0
    for literal in Self.literals {
      // Another program's own.
      let text = literal.text.replacing("srun --mpi", with: "srun")
      for match in text.matches(of: /(?:^|[^A-Za-z0-9-])(--[a-z][a-z-]*)/) {
        found += 1
        #expect(all.contains(String(match.1)), "\(literal.place) names the flag \(match.1)")
      }
      for match in literal.text.matches(of: /descent ([a-z-]+)((?: [^;,]*?)?)(--[a-z][a-z-]*)/) {
        guard let known = flags[String(match.1)] else { continue }
        #expect(
          known.contains(String(match.3)), "\(literal.place) gives \(match.1) the flag \(match.3)")
      }
    }
    #expect(found > 60)
  }
}
