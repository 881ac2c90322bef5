import CProcessor
import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Work that comes in phases: all tasks of a phase are done before the next begins.
protocol PhasedWork: AnyObject, Sendable {
  /// The number of tasks in a phase; asked once each time the phase begins.
  func taskCount(of phase: Int) -> Int
  /// Performs one task. Tasks of a phase run in any order on any workers; `worker` tells whose scratch
  /// memory to use.
  func perform(task: Int, of phase: Int, worker: Int)
  /// Called by one worker when every task of `phase` is done, before any other begins.
  /// - Returns: the next phase, or nil to end.
  func phase(after phase: Int) -> Int?
}

/// Runs phased work on several cores inside one `concurrentPerform`.
///
/// Waking a sleeping core costs more than a small network's whole training step, so the workers stay awake
/// over many steps and share each phase's tasks among themselves by atomic tickets. Every worker begins
/// with a part of the tasks of its own, the same in every step, so that it finds its data in its own
/// cache; when that part is used up it takes from the others'.
///
/// A worker waits only for tasks that a running worker has claimed, never for a worker to arrive: with
/// `concurrentPerform` promising no simultaneity, one worker may do everything, and the work still completes.
final class WorkerTeam: @unchecked Sendable {
  /// The number of workers asked for.
  let width: Int

  // One ticket word a worker, each on cache lines of its own: the phase's number in the upper half, the
  // next task in the lower. A claim on an outdated phase fails its compare-and-exchange.
  private let tickets: UnsafeMutablePointer<Atomic<UInt64>>
  private static let spacing = 16  // two cache lines: processors fetch them in pairs
  /// Counts phases; `ended` when there are no more.
  private let sequence = Atomic<UInt32>(0)
  // The phase and its number of tasks, twice, taken in turn. A worker that comes late to phase number N may
  // read these while N + 1 is being opened, whose tickets it must not mistake for N's: it reads what N left,
  // and by the time N + 2 overwrites that, every ticket of N is gone.
  private let even = Opening()
  private let odd = Opening()
  private let finished = Atomic<Int>(0)
  private static let ended = UInt32.max

  private struct Opening: ~Copyable {
    let phase = Atomic<Int>(0)
    let taskCount = Atomic<Int>(0)
  }

  init(width: Int) {
    precondition(width > 0, "a team of \(width) workers")
    self.width = width
    tickets = .allocate(capacity: width * Self.spacing)
    for index in 0..<width * Self.spacing { (tickets + index).initialize(to: Atomic(0)) }
  }

  deinit {
    tickets.deinitialize(count: width * Self.spacing)
    tickets.deallocate()
  }

  /// Runs phase after phase, from `first` on, until the work says that there is none; returns then.
  func run(_ work: some PhasedWork, from first: Int) {
    sequence.store(0, ordering: .relaxed)
    guard open(first, after: 0, of: work) else { return }
    if width == 1 {
      self.work(on: work, worker: 0)
    } else {
      DispatchQueue.concurrentPerform(iterations: width) { self.work(on: work, worker: $0) }
    }
  }

  /// Opens a phase, passing over phases without tasks. False when the work has ended.
  private func open(_ next: Int?, after number: UInt32, of work: some PhasedWork) -> Bool {
    var next = next
    while let phase = next {
      let count = work.taskCount(of: phase)
      if count == 0 {
        next = work.phase(after: phase)
        continue
      }
      // Numbers wrap below `ended`; a worker can't be a whole round behind.
      let number = number == Self.ended - 1 ? 1 : number + 1
      if number & 1 == 0 { Self.set(even, phase, count) } else { Self.set(odd, phase, count) }
      finished.store(0, ordering: .relaxed)
      for worker in 0..<width {
        let start = UInt64(worker * count / width)
        ticket(worker).pointee.store(UInt64(number) << 32 | start, ordering: .releasing)
      }
      sequence.store(number, ordering: .releasing)
      return true
    }
    sequence.store(Self.ended, ordering: .releasing)
    return false
  }

  private static func set(_ opening: borrowing Opening, _ phase: Int, _ count: Int) {
    opening.phase.store(phase, ordering: .releasing)
    opening.taskCount.store(count, ordering: .releasing)
  }

  private static func get(_ opening: borrowing Opening) -> (phase: Int, count: Int) {
    (opening.phase.load(ordering: .acquiring), opening.taskCount.load(ordering: .acquiring))
  }

  private func ticket(_ worker: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    tickets + worker * Self.spacing
  }

  private func work(on work: some PhasedWork, worker: Int) {
    // Slots decay into numbers below the normal range, over which processors take many times as long. As zeros they
    // cost nothing; every worker has to treat them alike, for the bits' sake.
    let control = descent_float_control()
    descent_set_float_control(descent_without_subnormals(control))
    defer { descent_set_float_control(control) }
    var seen: UInt32 = 0
    while true {
      let number = awaitPhase(after: seen)
      if number == Self.ended { return }
      seen = number
      let (phase, count) = number & 1 == 0 ? Self.get(even) : Self.get(odd)
      claiming: for offset in 0..<width {
        let owner = (worker + offset) % width
        let end = UInt64((owner + 1) * count / width)
        var word = ticket(owner).pointee.load(ordering: .acquiring)
        while true {
          guard UInt32(word >> 32) == number else { break claiming }
          let task = word & 0xffff_ffff
          guard task < end else { break }
          let (exchanged, original) = ticket(owner).pointee.compareExchange(
            expected: word, desired: word + 1, ordering: .acquiringAndReleasing)
          guard exchanged else {
            word = original
            continue
          }
          work.perform(task: Int(task), of: phase, worker: worker)
          if finished.add(1, ordering: .acquiringAndReleasing).newValue == count {
            // The last to finish is the one that goes on; all others wait or look for tasks.
            _ = open(work.phase(after: phase), after: number, of: work)
            break claiming
          }
          word = ticket(owner).pointee.load(ordering: .acquiring)
        }
      }
    }
  }

  /// Waits until another phase is open: spins briefly, then lets other threads have the core.
  private func awaitPhase(after seen: UInt32) -> UInt32 {
    var spins = 0
    while true {
      let number = sequence.load(ordering: .acquiring)
      if number != seen { return number }
      spins += 1
      if spins < 4096 { descent_spin_hint() } else { sched_yield() }
    }
  }
}
