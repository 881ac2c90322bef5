import Descent
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM while a run is under way: the first ends it after the current batch, a second
/// Ctrl-C leaves at once.
enum StopSignals {
  private static let first = Atomic<Int32>(0)
  private static let firstTime = Atomic<UInt64>(0)
  /// The address of the control to which a signal is passed on, kept alive for good; 0 before there is
  /// one.
  private static let control = Atomic<UInt>(0)
  /// `timeout` and terminals can deliver one request twice, to the process and to its group.
  private static let nanosecondsOfOneRequest: UInt64 = 250_000_000

  /// The number of the first signal, or nil where none came.
  static var received: Int32? {
    let number = first.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// From now on signals stop the run of `control`. A Ctrl-C that the parent ignores, as shells do for
  /// their background jobs, stays ignored.
  static func stop(_ control: TrainingControl) {
    // Everything the handler touches is initialised before there can be a signal.
    _ = (received, firstTime.load(ordering: .relaxed))
    self.control.store(
      UInt(bitPattern: Unmanaged.passRetained(control).toOpaque()), ordering: .releasing)
    var stopping = sigset_t()
    sigemptyset(&stopping)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&stopping, number)
      var action = sigaction()
      var previous = sigaction()
      action.__sigaction_handler.sa_handler = { StopSignals.arrived($0) }
      action.sa_flags = SA_RESTART
      sigemptyset(&action.sa_mask)
      sigaction(number, nil, &previous)
      let isIgnored = unsafeBitCast(previous.__sigaction_handler.sa_handler, to: Int.self) == 1
      if isIgnored && number == SIGINT { continue }
      sigaction(number, &action, nil)
    }
    // A parent that starts programs from a dispatch queue, whose threads take no signals, passes that on.
    pthread_sigmask(SIG_UNBLOCK, &stopping, nil)
  }

  /// The signal handler: atomics, the clock and `_exit` are all it may use.
  private static func arrived(_ number: Int32) {
    var clock = timespec()
    clock_gettime(CLOCK_MONOTONIC, &clock)
    let now = UInt64(clock.tv_sec) &* 1_000_000_000 &+ UInt64(clock.tv_nsec)
    let (isFirst, time) = firstTime.compareExchange(expected: 0, desired: now, ordering: .relaxed)
    if isFirst {
      first.store(number, ordering: .relaxed)
      guard let pointer = UnsafeRawPointer(bitPattern: control.load(ordering: .acquiring)) else {
        return
      }
      Unmanaged<TrainingControl>.fromOpaque(pointer)._withUnsafeGuaranteedRef { $0.requestStop() }
    } else if number == SIGINT,
      now &- time > nanosecondsOfOneRequest
    {
      _exit(128 + SIGINT)
    }
  }
}
