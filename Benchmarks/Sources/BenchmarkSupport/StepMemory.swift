import Foundation

/// The memory that this process takes beyond what it holds when this is made.
public struct StepMemory {
  private let held: Int

  public init() throws {
    try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    held = try Self.status("VmRSS")
  }

  /// The most bytes that there have been at once.
  public func peak() throws -> Int { try Self.status("VmHWM") - held }

  /// A figure of the process, in bytes.
  private static func status(_ name: String) throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    let words = line?.split(whereSeparator: \.isWhitespace) ?? []
    return words.count > 1 ? 1024 * (Int(words[1]) ?? 0) : 0
  }
}
