import Descent
import Foundation

/// What a run tells programs: JSON objects on standard output, one a line, of a run that goes on when their reader has gone
/// away.
struct ReportLines {
  /// Why one could not be written.
  private(set) var error: DescentError?
  private let isWanted: Bool
  private var isClosed = false

  /// - Parameter isWanted: whether there are to be any.
  init(isWanted: Bool) { self.isWanted = isWanted }

  mutating func write(_ value: ConfigValue) {
    guard isWanted, !isClosed else { return }
    let code = StandardOutput.write(value.json() + "\n", to: STDOUT_FILENO)
    isClosed = code != 0
    if code != 0, code != EPIPE { error = StandardOutput.failure(code) }
  }

  /// A warning, for people as well.
  mutating func warn(_ text: String, _ console: Console?) {
    console?.line("warning: " + text.printable)
    write(RunJSON.warning(text))
  }
}
