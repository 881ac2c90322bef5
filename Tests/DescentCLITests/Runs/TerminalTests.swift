import Foundation
import Testing

/// Progress as it appears on a terminal.
struct TerminalTests {
  /// What a run writes to a terminal of a width on which Ctrl-C is pressed after a second.
  private func session(columns: UInt16, environment: [String: String]) throws -> String {
    let folder = try Scratch.withTable(
      config: longConfig.replacing("epochs: 600", with: "epochs: 90000"))
    // What unlockpt and ptsname do, which Swift does not see.
    let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
    var (locked, number): (Int32, Int32) = (0, 0)
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(master >= 0)
    defer { close(master) }
    try #require(ioctl(master, unlock, &locked) == 0 && ioctl(master, getNumber, &number) == 0)
    let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(slave >= 0)
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    try #require(ioctl(slave, UInt(TIOCSWINSZ), &size) == 0)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Descent.executable)
    process.arguments = ["train", "config.yaml"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = environment
    process.standardError = FileHandle(fileDescriptor: slave)
    try process.run()
    close(slave)
    var text = Data()
    var buffer = [UInt8](repeating: 0, count: 65536)
    let end = Date() + 1
    var isStopped = false
    while true {
      // A terminal whose last writer has gone gives an error, not an end.
      let count = read(master, &buffer, buffer.count)
      if count <= 0 { break }
      text.append(contentsOf: buffer[..<count])
      if Date() > end, !isStopped {
        process.terminate()
        isStopped = true
      }
    }
    process.waitUntilExit()
    #expect(process.terminationStatus == 143)
    return String(decoding: text, as: UTF8.self)
  }

  @Test func theLiveLineFitsAndIsErased() throws {
    let text = try session(columns: 40, environment: ["TERM": "xterm"])
    let lines = text.split(separator: "\u{1B}[2K").dropFirst()
    let live = lines.filter { $0.contains("  step ") }
    try #require(!live.isEmpty)
    for line in live {
      // Each ends where the next erasure begins, and was never as wide as the terminal.
      #expect(line.last == "\r")
      #expect(line.dropLast().count < 40)
      #expect(!line.contains("\n"))
    }
    #expect(text.contains("\u{1B}[1;32mbest\u{1B}[0m\r\n"))
    // What stays begins at a line's start: after a line that stays, or where the live line was erased.
    let ending = try #require(text.range(of: "interrupted after "))
    let before = text[..<ending.lowerBound]
    #expect(before.hasSuffix("\r\n") || before.hasSuffix("\r\u{1B}[2K"))
  }

  @Test func noColorIsHonoured() throws {
    let text = try session(columns: 100, environment: ["TERM": "xterm", "NO_COLOR": "1"])
    #expect(text.contains("  best\r\n"))
    #expect(!text.contains("\u{1B}[1;32m"))
    #expect(text.contains("\u{1B}[2K"))
  }

  @Test func aDumbTerminalGetsPlainLines() throws {
    let text = try session(columns: 100, environment: ["TERM": "dumb"])
    #expect(text.contains("  best\r\n"))
    #expect(!text.contains("\u{1B}"))
  }
}
