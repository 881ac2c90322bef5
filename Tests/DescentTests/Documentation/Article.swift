import Foundation
import Testing

/// An article of the documentation, and the tests' code that it shows.
struct Article {
  /// The catalogue of the articles.
  static let catalogue = repositoryRoot.appending(path: "Sources/Descent/Descent.docc")

  let name: String
  let text: String

  init(_ name: String) throws {
    self.name = name
    text = try String(
      contentsOf: Self.catalogue.appending(path: "\(name).md"), encoding: .utf8)
  }

  /// The article's blocks of Swift code, in order.
  var code: [String] {
    text.components(separatedBy: "\n```swift\n").dropFirst().map {
      $0.components(separatedBy: "\n```").first ?? ""
    }
  }

  var file: URL { Self.catalogue.appending(path: "\(name).md") }

  /// The rows of the tables under a heading, without headings and rules, each as its cells.
  func tableRows(under heading: String) -> [[String]] {
    tableLines(under: heading).map {
      $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// The same rows as they stand there.
  func tableLines(under heading: String) -> [String] {
    section(heading).filter { $0.hasPrefix("| `") }
  }

  /// The text with other rows in the one table under a heading.
  func replacingTableRows(under heading: String, with rows: [String]) -> String {
    let old = tableLines(under: heading).joined(separator: "\n")
    return text.replacing(old, with: rows.joined(separator: "\n"))
  }

  private func section(_ heading: String) -> [String] {
    let sections = text.replacing("\n### ", with: "\n## ").components(separatedBy: "\n## ")
    let section = sections.first { $0.hasPrefix(heading + "\n") } ?? ""
    return section.components(separatedBy: "\n")
  }

  /// Fails unless the code between the markers `// begin:<snippet>` and `// end:<snippet>` of a test file
  /// stands in one of the article's blocks, line for line. `file("…")`, which puts a file into a test's folder,
  /// is a plain path there.
  func shows(
    _ snippet: String, of testFile: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let source = try String(contentsOfFile: testFile, encoding: .utf8)
    let lines = source.components(separatedBy: "\n")
    func line(_ marker: String) -> Int? {
      lines.firstIndex { $0.trimmingCharacters(in: .whitespaces) == "// \(marker):\(snippet)" }
    }
    let begin = try #require(line("begin"), sourceLocation: sourceLocation)
    let end = try #require(line("end"), sourceLocation: sourceLocation)
    let indent = lines[begin].prefix { $0 == " " }.count
    let expected = lines[(begin + 1)..<end].map { String($0.dropFirst(indent)) }
      .joined(separator: "\n").replacing(/file\(("[^"]*")\)/) { $0.output.1 }
    #expect(
      code.contains { "\n\($0)\n".contains("\n\(expected)\n") },
      "\(name).md does not show \(snippet) as \((testFile as NSString).lastPathComponent) has it",
      sourceLocation: sourceLocation)
  }
}
