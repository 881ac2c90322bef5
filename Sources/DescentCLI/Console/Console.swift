import Descent
import Foundation
import Synchronization

/// Standard error as people see it: lines that stay, and on a terminal one live line below them.
final class Console: Sendable {
  private struct State {
    var hasLiveLine = false
    var lastLine = Console.now()
  }

  private let state = Mutex(State())
  /// Whether there can be a live line: a terminal that moves its cursor.
  let isLive: Bool
  /// Whether colours are welcome.
  let isColored: Bool

  /// Whether characters beyond ASCII are shown.
  let isUnicode: Bool

  /// Standard error, and what the environment says of it.
  convenience init() {
    self.init(
      isTerminal: isatty(STDERR_FILENO) == 1, environment: ProcessInfo.processInfo.environment)
  }

  init(isTerminal: Bool, environment: [String: String]) {
    isLive = isTerminal && !["", "dumb"].contains(environment["TERM"] ?? "")
    isColored = isLive && (environment["NO_COLOR"] ?? "").isEmpty
    isUnicode = Self.isUnicode(environment)
  }

  /// Whether the locale's encoding is UTF-8: the first of the three variables that is set decides.
  static func isUnicode(_ environment: [String: String]) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
    let name = (locale ?? "").lowercased()
    return name.contains("utf-8") || name.contains("utf8")
  }

  /// How charts are drawn on standard output: as wide as its terminal, else 80 columns.
  static func chartOptions(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> TerminalChart.Options {
    let isTerminal =
      isatty(STDOUT_FILENO) == 1 && !["", "dumb"].contains(environment["TERM"] ?? "")
    let size = isTerminal ? size(of: STDOUT_FILENO) : nil
    return TerminalChart.Options(
      width: size?.columns ?? 80, height: min(max((size?.rows ?? 25) - 1, 12), 28),
      isUnicode: isUnicode(environment),
      isColored: isTerminal && (environment["NO_COLOR"] ?? "").isEmpty)
  }

  /// Prints a line that stays; it may hold line breaks.
  func line(_ text: String) {
    state.withLock { state in
      Self.write((state.hasLiveLine ? Self.erase : "") + text + "\n")
      state.hasLiveLine = false
      state.lastLine = Self.now()
    }
  }

  /// Replaces the live line by what `text` makes of the terminal's width, which is asked for anew,
  /// because windows change their size.
  func live(_ text: (_ width: Int) -> String) {
    state.withLock { state in
      // The last column stays free: some terminals wrap as soon as it is filled.
      Self.write(Self.erase + text(Self.width - 1))
      state.hasLiveLine = true
    }
  }

  /// Removes the live line, if there is one.
  func eraseLive() {
    state.withLock { state in
      if state.hasLiveLine { Self.write(Self.erase) }
      state.hasLiveLine = false
    }
  }

  /// Seconds since the last line that stays.
  var secondsSinceLine: Double { state.withLock { Self.now() - $0.lastLine } }

  /// A word that should catch the eye, in bold green where colours are welcome.
  func marked(_ text: String) -> String { isColored ? "\u{1B}[1;32m\(text)\u{1B}[0m" : text }

  /// Seconds of the monotonic clock.
  static func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }

  /// Prints a line where there is no live line.
  static func standardError(_ text: String) { write(text + "\n") }

  private static let erase = "\r\u{1B}[2K"

  /// How wide lines are in a file.
  static let fileWidth = 80

  /// How wide a line may be that stays, in the window as it is now.
  var lineWidth: Int { isLive ? Self.width : Self.fileWidth }

  private static var width: Int { size(of: STDERR_FILENO)?.columns ?? fileWidth }

  /// The size of the window behind a descriptor, asked for anew, because windows change theirs.
  private static func size(of descriptor: Int32) -> (columns: Int, rows: Int)? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Nothing can be done where standard error itself does not take it.
  private static func write(_ text: String) {
    _ = StandardOutput.write(text, to: STDERR_FILENO)
  }
}
