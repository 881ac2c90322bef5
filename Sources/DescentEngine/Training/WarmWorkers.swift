import CProcessor
import Dispatch
import LibC
import Synchronization

/// Threads that stay awake for a moment after a piece of work, for a caller who is back with the next one soon.
///
/// To wake a sleeping core takes as long as to predict a row through two layers of 512 units. So helpers of Dispatch's pool
/// wait for the next piece, and go back to the pool when none has come for a while; where pieces come further apart than that
/// they do not wait at all, so that a server with little to do has no core that spins.
///
/// Nobody waits for a helper to arrive, only for those who have: the caller does all that they leave.
final class WarmWorkers: @unchecked Sendable {
  /// Nanoseconds that a helper waits for: two to three times what it takes to wake it, so that no way of coming and going costs
  /// many times what the best would.
  static let patience: UInt64 = 100_000

  private let count: Int
  private let work: @Sendable (Int) -> Void
  /// The number of pieces so far from bit `pieceShift` on; below it how many helpers are at work on the last one, twice, and
  /// in the lowest bit whether more may join them.
  private let state = Atomic<UInt64>(0)
  private static let pieceShift: UInt64 = 16
  /// Whether helpers wait between pieces.
  private let waits = Atomic<Bool>(false)
  /// By helper, whether it is there, waiting or at work.
  private let there: UnsafeMutablePointer<Atomic<Bool>>
  /// The caller's.
  private var lastEnd: UInt64 = 0

  /// - Parameters:
  ///   - count: of helpers.
  ///   - work: what a helper of that number, from 1 on, does of a piece of work; called between `open` and `close` only.
  init(count: Int, work: @escaping @Sendable (Int) -> Void) {
    precondition(count < 1 << (Self.pieceShift - 1), "\(count) helpers")
    self.count = count
    self.work = work
    there = .allocate(capacity: max(1, count))
    for helper in 0..<count { (there + helper).initialize(to: Atomic(false)) }
  }

  deinit {
    there.deinitialize(count: count)
    there.deallocate()
  }

  /// Begins a piece of work: from now on helpers join in.
  func open() {
    waits.store(Self.now() &- lastEnd < Self.patience, ordering: .relaxed)
    let pieces = state.load(ordering: .relaxed) >> Self.pieceShift
    state.store((pieces + 1) << Self.pieceShift | 1, ordering: .sequentiallyConsistent)
    for helper in 0..<count
    where !(there + helper).pointee.exchange(true, ordering: .sequentiallyConsistent) {
      DispatchQueue.global(qos: .userInitiated).async { self.serve(helper) }
    }
  }

  /// Ends it: nobody joins in any more, and those who have are done when this returns.
  func close() {
    state.bitwiseAnd(~1, ordering: .acquiringAndReleasing)
    var wait = SpinWait()
    while state.load(ordering: .acquiring) & (1 << Self.pieceShift - 1) != 0 { wait.spin() }
    lastEnd = Self.now()
  }

  /// A helper's stay.
  private func serve(_ helper: Int) {
    var seen: UInt64 = 0
    repeat {
      while let piece = awaitPiece(after: seen) {
        seen = piece
        work(helper + 1)
        state.subtract(2, ordering: .releasing)
      }
      (there + helper).pointee.store(false, ordering: .sequentiallyConsistent)
      // A piece that has begun meanwhile took it to be there still.
    } while isOpen(state.load(ordering: .sequentiallyConsistent), after: seen)
      && !(there + helper).pointee.exchange(true, ordering: .sequentiallyConsistent)
  }

  private func isOpen(_ state: UInt64, after seen: UInt64) -> Bool {
    state & 1 == 1 && state >> Self.pieceShift != seen
  }

  /// Joins in the next piece of work.
  /// - Returns: its number; nil where none has come for too long.
  private func awaitPiece(after seen: UInt64) -> UInt64? {
    let start = Self.now()
    var wait = SpinWait()
    while true {
      let found = state.load(ordering: .acquiring)
      if isOpen(found, after: seen) {
        let joined = state.compareExchange(
          expected: found, desired: found + 2, ordering: .acquiringAndReleasing
        ).exchanged
        if joined { return found >> Self.pieceShift }
        continue
      }
      wait.spin()
      let patience = waits.load(ordering: .relaxed) ? Self.patience : 0
      if wait.count % 64 == 0 || patience == 0, Self.now() &- start > patience { return nil }
    }
  }

  /// Nanoseconds of the monotonic clock.
  static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }
}

/// Waiting for what another core is about to do: briefly without giving the core away, then letting other threads have it.
struct SpinWait {
  private(set) var count = 0

  mutating func spin() {
    count += 1
    if count < 4096 { descent_spin_hint() } else { sched_yield() }
  }
}
