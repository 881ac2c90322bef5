import Foundation
import Testing

/// Progress as it appears on a terminal.
struct TerminalTests {
  /// What a run writes to a terminal of a width until it has written enough, and is then stopped.
  ///
  /// - Parameters:
  ///   - narrowed: the width that the terminal has from then on, and what has to be written first; the text says where.
  ///   - isEnough: whether what has been written since the terminal was made narrower, or at all, is all that the test
  ///     looks at. How long that takes is the machine's affair.
  private func session(
    columns: UInt16, narrowed: (width: UInt16, after: (String) -> Bool)? = nil,
    environment: [String: String], until isEnough: (String) -> Bool
  ) throws -> String {
    // Counts of epochs as narrow as a line has room for; the run waits for whoever reads what it writes.
    let folder = try Scratch.withTable(
      config: endlessConfig.replacing("epochs: 100000000", with: "epochs: 90000"))
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
    var isStopped = false
    var narrowed = narrowed
    var (start, nextLook) = (0, Date())
    while true {
      // A terminal whose last writer has gone gives an error, not an end.
      let count = read(master, &buffer, buffer.count)
      if count <= 0 { break }
      text.append(contentsOf: buffer[..<count])
      // A look goes over all that there is.
      guard Date() > nextLook else { continue }
      defer { nextLook = Date() + 0.2 }
      let written = String(decoding: text[start...], as: UTF8.self)
      if let (width, isDue) = narrowed {
        guard isDue(written) else { continue }
        size.ws_col = width
        try #require(ioctl(master, UInt(TIOCSWINSZ), &size) == 0)
        text.append(contentsOf: Data("<narrowed>".utf8))
        narrowed = nil
        start = text.count
      } else if !isStopped, isEnough(written) {
        process.terminate()
        isStopped = true
      }
    }
    process.waitUntilExit()
    #expect(process.terminationStatus == 143)
    return String(decoding: text, as: UTF8.self)
  }

  @Test func theLiveLineFitsAndIsErased() throws {
    func live(_ text: String) -> [Substring] {
      text.split(separator: "\u{1B}[2K").dropFirst().filter {
        $0.hasPrefix("epoch ") && !$0.contains("\n")
      }
    }
    let text = try session(columns: 40, environment: ["TERM": "xterm"]) {
      live($0).count > 3 && $0.contains("best\u{1B}[0m\r\n")
    }
    let live = live(text)
    try #require(!live.isEmpty)
    for line in live {
      // Each ends where the next erasure begins, and was never as wide as the terminal.
      #expect(line.last == "\r")
      #expect(line.dropLast().count < 40)
    }
    #expect(text.contains("\u{1B}[1;32mbest\u{1B}[0m\r\n"))
    // What stays begins at a line's start: after a line that stays, or where the live line was erased.
    let ending = try #require(text.range(of: "interrupted after "))
    let before = text[..<ending.lowerBound]
    #expect(before.hasSuffix("\r\n") || before.hasSuffix("\r\u{1B}[2K"))
  }

  /// In a file there are no control characters, and no line of an epoch is wider than 80 columns.
  @Test func aLogFileIsReadable() throws {
    let folder = try Scratch.withTable()
    for locale in ["C", "C.UTF-8"] {
      let result = try Descent.run(
        "train", "config.yaml", "--output", "run", "--force", in: folder,
        environment: ["LC_ALL": locale])
      let lines = result.error.split(separator: "\n").filter { $0.hasPrefix("epoch ") }
      #expect(lines.count == 3)
      for line in lines {
        #expect(line.count <= 80 && line.contains("  cost ") && line.contains("  validation "))
        #expect(line.contains(", accuracy ") && !line.contains("\u{1B}"))
        #expect(line.allSatisfy(\.isASCII) == (locale == "C"))
      }
    }
  }

  @Test func aWindowThatIsMadeNarrowerIsKeptTo() throws {
    // What had been written and not yet read when the window changed has the old width: a terminal holds up to 12 KiB of it.
    func lines(_ text: String) -> [Substring] {
      String(decoding: text.utf8.dropFirst(16 << 10), as: UTF8.self).split(separator: "\u{1B}[2K")
        .dropFirst(2).flatMap { $0.split { $0.isNewline } }
    }
    let isWide = { (text: String) in text.contains(" samples/s") && text.contains(", accuracy ") }
    let text = try session(
      columns: 120, narrowed: (30, after: isWide), environment: ["TERM": "xterm"]
    ) { lines($0).count > 9 }
    let parts = text.components(separatedBy: "<narrowed>")
    try #require(parts.count == 2)
    for line in lines(parts[1]) where line.hasPrefix("epoch ") {
      #expect(line.replacing("\u{1B}[1;32m", with: "").replacing("\u{1B}[0m", with: "").count <= 30)
    }
  }

  @Test func noColorIsHonoured() throws {
    let text = try session(columns: 100, environment: ["TERM": "xterm", "NO_COLOR": "1"]) {
      $0.contains("  best\r\n") && $0.contains("\u{1B}[2K")
    }
    #expect(text.contains("  best\r\n"))
    #expect(!text.contains("\u{1B}[1;32m"))
    #expect(text.contains("\u{1B}[2K"))
  }

  @Test func aDumbTerminalGetsPlainLines() throws {
    let text = try session(columns: 100, environment: ["TERM": "dumb"]) {
      $0.contains("  best\r\n")
    }
    #expect(text.contains("  best\r\n"))
    #expect(!text.contains("\u{1B}"))
  }
}
