import Testing

@testable import DescentCLI

struct ConsoleTests {
  @Test(arguments: [
    (true, ["TERM": "xterm"], true, true), (true, ["TERM": "xterm", "NO_COLOR": "1"], true, false),
    (true, ["TERM": "xterm", "NO_COLOR": ""], true, true), (true, ["TERM": "dumb"], false, false),
    (true, [:], false, false), (false, ["TERM": "xterm"], false, false),
  ])
  func theEnvironmentDecides(
    isTerminal: Bool, environment: [String: String], isLive: Bool, isColored: Bool
  ) {
    let console = Console(isTerminal: isTerminal, environment: environment)
    #expect(console.isLive == isLive)
    #expect(console.isColored == isColored)
    #expect(console.marked("best") == (isColored ? "\u{1B}[1;32mbest\u{1B}[0m" : "best"))
  }
}
