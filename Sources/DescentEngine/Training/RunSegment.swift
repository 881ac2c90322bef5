/// One uninterrupted stretch of a run.
package struct RunSegment: Sendable, Equatable {
  /// The first step's number.
  package var step: Int
  /// Seconds since 1970.
  package var started: Double
  package var threads: Int
  package var version: String

  package init(step: Int, started: Double, threads: Int, version: String) {
    self.step = step
    self.started = started
    self.threads = threads
    self.version = version
  }
}
