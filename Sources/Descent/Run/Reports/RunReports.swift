import Foundation

/// Renews a run's `curve.svg` and `report.html` as it goes on, in the background: seldom enough that it takes no
/// more than a fiftieth of the time.
final class RunReports: @unchecked Sendable {
  static let curveName = "curve.svg"
  static let pageName = "report.html"
  /// Seconds between two renewals, at least.
  private static let interval = 1.0

  private let queue: CheckpointQueue
  private let lock = NSLock()
  private var isWriting = false
  private var duration = 0.0
  private var finished = TrainingEngine.now()
  private var failure: DescentError?

  init(queue: CheckpointQueue) { self.queue = queue }

  /// Renews both files with the run as it stands, if it is time to.
  func renew(_ trainer: Trainer) {
    let isDue = lock.withLock {
      let due = finished + max(Self.interval, 50 * duration)
      guard !isWriting, TrainingEngine.now() >= due else { return false }
      isWriting = true
      return true
    }
    guard isDue else { return }
    let report = trainer.report(.running)
    queue.perform { [self] folder in
      let start = TrainingEngine.now()
      let failure = Self.write(report, to: folder)
      let end = TrainingEngine.now()
      lock.withLock {
        isWriting = false
        duration = end - start
        finished = end
        if self.failure == nil { self.failure = failure }
      }
    }
  }

  /// The first failure since the last call.
  func takeFailure() -> DescentError? {
    lock.withLock {
      defer { failure = nil }
      return failure
    }
  }

  /// Writes both files; returns the failure, where there is one: a run goes on without pictures.
  static func write(_ report: RunReport, to folder: RunFolder) -> DescentError? {
    do throws(DescentError) {
      try AtomicFile.write(
        report.curves.sheet.svg(), to: "\(folder.current)/\(curveName)")
      try AtomicFile.write(report.html(), to: "\(folder.current)/\(pageName)")
      return nil
    } catch {
      return error
    }
  }
}

extension Trainer {
  /// The report of the run as it stands.
  func report(_ status: RunReport.Status) -> RunReport {
    RunReport(
      status: status,
      record: RunRecord(
        name: name, history: history, state: state, segments: segments, bestMonitor: bestMonitor,
        batchesPerEpoch: batchesPerEpoch),
      network: network, configuration: configuration, config: config, segments: segments,
      samples: state.samples, kernels: kernels.name)
  }
}
