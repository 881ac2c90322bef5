import Dispatch
import Foundation
import Synchronization

/// Pieces of work that need nothing of each other, done on threads of their own, each from its beginning to its end by one.
///
/// What they tell of arrives on the thread that waits for them.
final class SideBySide<Event: Sendable>: Sendable {
  private struct State {
    var events: [Event] = []
    var next = 0
    var working = 0
    var isStopped = false
  }

  private let state = Mutex(State())
  private let news = DispatchSemaphore(value: 0)

  /// Tells whoever waits.
  func post(_ event: Event) {
    state.withLock { $0.events.append(event) }
    news.signal()
  }

  /// No piece is begun any more.
  func stop() { state.withLock { $0.isStopped = true } }

  private func take(of count: Int) -> Int? {
    state.withLock { state in
      guard !state.isStopped, state.next < count else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }

  /// Does pieces 0, 1, … until all are done.
  ///
  /// - Parameters:
  ///   - workers: how many are done at a time.
  ///   - work: does one of them.
  ///   - interval: seconds after which `tick` is called where nothing is told.
  func run(
    _ count: Int, workers: Int, _ work: @escaping @Sendable (Int) -> Void,
    interval: Double = 0.1, receive: (Event) -> Void, tick: () -> Void
  ) {
    let workers = max(1, min(workers, count))
    state.withLock { $0.working = workers }
    for _ in 0..<workers {
      let thread = Thread { [self] in
        while let piece = take(of: count) { work(piece) }
        state.withLock { $0.working -= 1 }
        news.signal()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    var isDone = false
    repeat {
      _ = news.wait(timeout: .now() + interval)
      let events = state.withLock { state in
        defer { state.events = [] }
        isDone = state.working == 0
        return state.events
      }
      for event in events { receive(event) }
      tick()
    } while !isDone
  }
}
