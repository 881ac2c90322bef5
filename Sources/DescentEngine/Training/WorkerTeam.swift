import CProcessor
import Dispatch
import Synchronization

/// Work that comes in phases: all tasks of a phase are done before the next begins.
protocol PhasedWork: AnyObject, Sendable {
  /// The number of tasks in a phase; asked once each time the phase begins.
  func taskCount(of phase: Int) -> Int
  /// The first of a worker's own tasks among the `count` of a phase; not falling from worker to worker, 0 for the first.
  func firstTask(of worker: Int, width: Int, count: Int, phase: Int) -> Int
  /// Performs one task. Tasks of a phase run in any order on any workers; `worker` tells whose scratch
  /// memory to use.
  func perform(task: Int, of phase: Int, worker: Int)
  /// Called by one worker when every task of `phase` is done, before any other begins.
  /// - Returns: the next phase, or nil to end.
  func phase(after phase: Int) -> Int?
}

extension PhasedWork {
  func firstTask(of worker: Int, width: Int, count: Int, phase: Int) -> Int {
    worker * count / width
  }
}

/// Runs phased work on several cores, inside one `concurrentPerform` or with helpers that stay awake from run to run.
///
/// Waking a sleeping core costs more than a small network's whole training step, so the workers stay awake
/// over many steps and share each phase's tasks among themselves by atomic tickets. Every worker begins
/// with a part of the tasks of its own, the same in every step, so that it finds its data in its own
/// cache; when that part is used up it takes from the others', at once: to wait 10 or 60 µs first, lest their data move
/// to another cache, gained nothing (Zen 5, near and distant cores).
///
/// A worker waits only for tasks that a running worker has claimed, never for a worker to arrive: with
/// `concurrentPerform` promising no simultaneity, one worker may do everything, and the work still completes.
final class WorkerTeam: @unchecked Sendable {
  /// The most workers that may be asked for: more than any machine has cores.
  static let mostWorkers = 4096

  /// The number of workers asked for.
  let width: Int

  // Words that different workers write lie two cache lines apart: processors fetch lines in pairs, and each
  // fetch from a distant core takes longer than a small task's bookkeeping.
  private let words: UnsafeMutablePointer<Atomic<UInt64>>
  private static let spacing = 16

  /// Counts phases; `ended` when there are no more.
  private var sequence: UnsafeMutablePointer<Atomic<UInt64>> { words }
  // The phase in the upper half and its number of tasks in the lower, twice, taken in turn: while the sequence is at N,
  // only N + 1 may be about to be opened, and a worker that still finds it at N after it has read this has read N's.
  private func opening(_ number: UInt64) -> UnsafeMutablePointer<Atomic<UInt64>> {
    words + 1 + Int(number & 1)
  }
  /// The tasks done.
  private var finished: UnsafeMutablePointer<Atomic<UInt64>> { words + Self.spacing }
  /// A worker's ticket: the phase's number above, the next task in the lowest `taskBits`. One of an earlier phase
  /// stands for the worker's first task: it is brought up to date by who claims that. Of an outdated phase nothing can
  /// be claimed: every ticket that had a task in it is used up, or of a later phase.
  private func ticket(_ worker: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    words + (worker + 2) * Self.spacing
  }
  private static let taskBits: UInt64 = 26
  private var helpers: WarmWorkers?
  private static let ended = UInt64.max

  init(width: Int) {
    precondition(width > 0, "a team of \(width) workers")
    self.width = width
    let count = (width + 3) * Self.spacing
    words = .allocate(capacity: count)
    for index in 0..<count { (words + index).initialize(to: Atomic(0)) }
  }

  deinit {
    words.deinitialize(count: (width + 3) * Self.spacing)
    words.deallocate()
  }

  /// Has workers wait for a moment after each run, for the next one of this work, which is always the same: it may come so
  /// soon that to wake them takes longer than to wait.
  func stayAwake(for work: some PhasedWork) {
    helpers = WarmWorkers(count: width - 1) { [unowned self, unowned work] worker in
      self.work(on: work, worker: worker)
    }
  }

  /// Runs phase after phase, from `first` on, until the work says that there is none; returns then.
  func run(_ work: some PhasedWork, from first: Int) {
    sequence.pointee.store(0, ordering: .relaxed)
    for worker in 0..<width { ticket(worker).pointee.store(0, ordering: .relaxed) }
    guard open(first, after: 0, of: work) else { return }
    if width == 1 {
      self.work(on: work, worker: 0)
    } else if let helpers {
      helpers.open()
      self.work(on: work, worker: 0)
      helpers.close()
    } else {
      DispatchQueue.concurrentPerform(iterations: width) { self.work(on: work, worker: $0) }
    }
  }

  /// Opens a phase, passing over phases without tasks. False when the work has ended.
  private func open(_ next: Int?, after number: UInt64, of work: some PhasedWork) -> Bool {
    var next = next
    while let phase = next {
      let count = work.taskCount(of: phase)
      if count == 0 {
        next = work.phase(after: phase)
        continue
      }
      // As many phases of a microsecond take three days, and each run, an epoch at most, starts from 0 again. Rows are
      // numbered by 32 bits, and no task takes fewer than 64 of so many.
      precondition(
        number + 1 < 1 << (64 - Self.taskBits) && count < 1 << Self.taskBits,
        "\(count) tasks in phase \(number + 1) of one run")
      opening(number + 1).pointee.store(
        UInt64(phase) << 32 | UInt64(count), ordering: .releasing)
      finished.pointee.store(0, ordering: .relaxed)
      sequence.pointee.store(number + 1, ordering: .releasing)
      return true
    }
    sequence.pointee.store(Self.ended, ordering: .releasing)
    return false
  }

  private func work(on work: some PhasedWork, worker: Int) {
    // Slots decay into numbers below the normal range, over which processors take many times as long. As zeros they
    // cost nothing; every worker has to treat them alike, for the bits' sake.
    let control = descent_float_control()
    descent_set_float_control(descent_without_subnormals(control))
    defer { descent_set_float_control(control) }
    var seen: UInt64 = 0
    while true {
      let number = awaitPhase(after: seen)
      if number == Self.ended { return }
      seen = number
      let opened = opening(number).pointee.load(ordering: .acquiring)
      guard sequence.pointee.load(ordering: .acquiring) == number else { continue }
      let (phase, count) = (Int(opened >> 32), Int(opened & 0xffff_ffff))
      let done = perform(phase, number: number, count: count, of: work, worker: worker)
      // Counted once a phase: the counter's line has to come from another core.
      if done > 0,
        finished.pointee.add(UInt64(done), ordering: .acquiringAndReleasing).newValue == count
      {
        // The last to finish is the one that goes on; all others wait or look for tasks.
        _ = open(work.phase(after: phase), after: number, of: work)
      }
    }
  }

  /// Performs what tasks of a phase the worker can get hold of.
  /// - Returns: how many.
  private func perform(
    _ phase: Int, number: UInt64, count: Int, of work: some PhasedWork, worker: Int
  ) -> Int {
    func first(_ worker: Int) -> UInt64 {
      UInt64(
        worker == width
          ? count : work.firstTask(of: worker, width: width, count: count, phase: phase))
    }
    var done = 0
    for offset in 0..<width {
      let owner = (worker + offset) % width
      let (start, end) = (first(owner), first(owner + 1))
      let ticket = ticket(owner)
      var word = ticket.pointee.load(ordering: .acquiring)
      while true {
        let held = word >> Self.taskBits
        guard held <= number else { return done }
        let task = held == number ? word & (1 << Self.taskBits - 1) : start
        guard task < end else { break }
        let claim = number << Self.taskBits | task + 1
        let (exchanged, original) = ticket.pointee.compareExchange(
          expected: word, desired: claim, ordering: .acquiringAndReleasing)
        guard exchanged else {
          word = original
          continue
        }
        work.perform(task: Int(task), of: phase, worker: worker)
        done += 1
        // Where nobody else has claimed one meanwhile, this is what is there.
        word = claim
      }
    }
    return done
  }

  /// Waits until another phase is open: spins briefly, then lets other threads have the core.
  private func awaitPhase(after seen: UInt64) -> UInt64 {
    var wait = SpinWait()
    while true {
      let number = sequence.pointee.load(ordering: .acquiring)
      if number != seen { return number }
      wait.spin()
    }
  }
}
