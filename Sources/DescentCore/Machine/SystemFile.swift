import Foundation

/// One of the system's small text files; without text where it cannot be read.
struct SystemFile {
  let text: String

  init(_ path: String) {
    text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }

  /// The bytes that a line `name: N kB` tells.
  func kibibytes(_ name: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    return line.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") }.map { $0 << 10 }
  }
}
