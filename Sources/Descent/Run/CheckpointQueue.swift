import Dispatch
import Foundation
import Synchronization

/// Writes a run's checkpoints while training goes on, one after the other, from copies.
///
/// A checkpoint of the best is kept in memory until it is on the disk, however often that fails. Then, and only then, a state
/// is written that calls it the best: what `last.h5` says is best is what `best.h5` holds.
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
    var lastEpoch: Int?
    /// The epoch that `best.h5` is of.
    var best: BestEpoch?
    /// What is among the best and not on the disk yet, the oldest first.
    var pending: [Checkpoint] = []
  }

  private let queue = DispatchQueue(label: "descent.checkpoints")
  private let state: Mutex<State>
  private let keep: Int

  /// - Parameter best: the epoch that `best.h5` is of; nil where there is none.
  init(folder: RunFolder, keep: Int, best: BestEpoch?) {
    state = Mutex(State(folder: folder, best: best))
    self.keep = keep
  }

  /// Whether a due checkpoint may be written now. It waits while another is being written, and until 20
  /// times the last one's duration has passed, so that saving never takes more than a twentieth of the time.
  var isReady: Bool {
    let now = TrainingEngine.now()
    return state.withLock { !$0.isWriting && now >= $0.finished + 20 * $0.duration }
  }

  /// Keeps a copy of a run that is at one of its best epochs, to be written with the next checkpoint. Those that are no longer
  /// among the best are forgotten.
  func keep(best checkpoint: Checkpoint) {
    state.withLock { state in
      state.pending.removeAll { !checkpoint.ranks($0) }
      state.pending.append(checkpoint)
    }
  }

  /// The newest of the copies that are kept.
  var newestPending: Checkpoint? { state.withLock { $0.pending.last } }

  /// Writes a copy in the background, and before it those that are kept.
  func write(_ last: Checkpoint) {
    let best = state.withLock {
      $0.isWriting = true
      return $0.pending.filter { $0.state.step < last.state.step && last.ranks($0) }
    }
    queue.async { self.perform(last, best) }
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
  /// The epochs done at the newest complete checkpoint that was written here; nil where none was.
  var lastEpoch: Int? { state.withLock { $0.lastEpoch } }
  /// The epoch that the best model on the disk is of; nil where there is none.
  var best: BestEpoch? { state.withLock { $0.best } }

  private func perform(_ last: Checkpoint, _ best: [Checkpoint]) {
    let start = TrainingEngine.now()
    var failure: DescentError?
    do throws(DescentError) { try save(last, best) } catch {
      // It is no longer a matter of what may be created: the folder was there.
      failure = error
      if error.kind == .cannotCreate { failure?.kind = .inputOutput }
    }
    let now = TrainingEngine.now()
    state.withLock {
      $0.duration = now - start
      $0.finished = now
      $0.isWriting = false
      if let failure {
        $0.failure = failure
      } else {
        $0.written.append($0.folder.checkpoint(last.state.step))
      }
    }
    if failure == nil {
      folder.prune(keep: keep, last: last.state.step, best: last.state.best.map(\.step))
    }
  }

  private func save(_ last: Checkpoint, _ best: [Checkpoint]) throws(DescentError) {
    var folder = self.folder
    let step = last.state.step
    // Where an earlier attempt came as far as taking another run's place, and no further.
    if folder.current == folder.path { try folder.takePlace() }
    for checkpoint in best { try folder.write(checkpoint) }
    try folder.write(last)
    // Later ones may have come since.
    state.withLock { $0.pending.removeAll { $0.state.step <= step } }
    if let best = last.state.best.first, best.step == step || best != self.best {
      try folder.pointBest(to: best.step)
      state.withLock { $0.best = best }
    }
    try folder.pointLast(to: step, last.history)
    state.withLock { $0.lastEpoch = last.state.epoch }
    do throws(DescentError) {
      try folder.takePlace()
    } catch {
      state.withLock { [folder] in $0.folder = folder }
      throw error
    }
    state.withLock { [folder] in $0.folder = folder }
  }
}

extension Checkpoint {
  /// Whether another one of the run is among the best as this one has them.
  fileprivate func ranks(_ other: Checkpoint) -> Bool {
    self.state.best.contains { $0.step == other.state.step }
  }
}
