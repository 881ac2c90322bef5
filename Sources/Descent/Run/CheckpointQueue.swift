import Dispatch
import Foundation
import Synchronization

/// Writes a run's checkpoints while training goes on, one after the other, from copies.
final class CheckpointQueue: Sendable {
  private struct State {
    var folder: RunFolder
    /// Seconds that the last checkpoint took to write.
    var duration = 0.0
    /// When it was complete, by the monotonic clock.
    var finished = 0.0
    var isWriting = false
    var failure: DescentError?
    var written: [String] = []
    var lastStep: Int?
    var bestStep: Int?
  }

  private let queue = DispatchQueue(label: "descent.checkpoints")
  private let state: Mutex<State>
  private let keep: Int

  init(folder: RunFolder, keep: Int, bestStep: Int?) {
    state = Mutex(State(folder: folder, bestStep: bestStep))
    self.keep = keep
  }

  /// Whether a due checkpoint may be written now. It waits while another is being written, and until 20
  /// times the last one's duration has passed, so that saving never takes more than a twentieth of the time.
  var isReady: Bool {
    let now = TrainingEngine.now()
    return state.withLock { !$0.isWriting && now >= $0.finished + 20 * $0.duration }
  }

  /// Writes copies in the background: the best first, so that `best.h5` is never older than what `last.h5`
  /// says it is.
  func write(last: Checkpoint, best: Checkpoint?) {
    state.withLock { $0.isWriting = true }
    queue.async { self.perform(last: last, best: best) }
  }

  /// Does something else with the folder in the background, while no checkpoint is being written into it.
  func perform(_ task: @escaping @Sendable (RunFolder) -> Void) {
    queue.async { task(self.folder) }
  }

  /// Waits until everything is written.
  func finish() { queue.sync {} }

  /// The first failure since the last call, and the checkpoints written since.
  func takeResults() -> (failure: DescentError?, written: [String]) {
    state.withLock {
      let results = ($0.failure, $0.written)
      $0.failure = nil
      $0.written = []
      return results
    }
  }

  var folder: RunFolder { state.withLock { $0.folder } }
  /// The step of the newest complete checkpoint.
  var lastStep: Int? { state.withLock { $0.lastStep } }

  private func perform(last: Checkpoint, best: Checkpoint?) {
    let start = TrainingEngine.now()
    var folder = self.folder
    var failure: DescentError?
    do throws(DescentError) {
      let step = last.state.step
      if let best, best.state.step != step { try folder.write(best, asLast: false, asBest: true) }
      try folder.write(last, asLast: true, asBest: best?.state.step == step)
      try folder.takePlace()
    } catch {
      failure = error
    }
    let now = TrainingEngine.now()
    let (lastStep, bestStep) = state.withLock {
      $0.duration = now - start
      $0.finished = now
      $0.isWriting = false
      $0.folder = folder
      if let failure {
        $0.failure = failure
      } else {
        $0.written.append(folder.checkpoint(last.state.step))
        $0.lastStep = last.state.step
        if let best { $0.bestStep = best.state.step }
      }
      return ($0.lastStep, $0.bestStep)
    }
    if failure == nil, let lastStep { folder.prune(keep: keep, last: lastStep, best: bestStep) }
  }
}
