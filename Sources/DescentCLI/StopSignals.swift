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

  /// From now on signals stop the run of `control`. A signal that the parent had ignored, as `nohup`
  /// and shells do for their background jobs, stays ignored.
  static func stop(_ control: TrainingControl) {
    // Everything the handler touches is initialised before there can be a signal.
    _ = (received, firstTime.load(ordering: .relaxed))
    self.control.store(
      UInt(bitPattern: Unmanaged.passRetained(control).toOpaque()), ordering: .releasing)
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      var previous = sigaction()
      action.__sigaction_handler.sa_handler = { StopSignals.arrived($0) }
      action.sa_flags = SA_RESTART
      sigemptyset(&action.sa_mask)
      sigaction(number, nil, &previous)
      if unsafeBitCast(previous.__sigaction_handler.sa_handler, to: Int.self) == 1 { continue }
      sigaction(number, &action, nil)
    }
  }

  /// The signal handler: atomics, the clock and `_exit` are all it may use.
  private static func arrived(_ number: Int32) {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let now = UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    let isFirst = first.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged
    if isFirst {
      firstTime.store(now, ordering: .relaxed)
      guard let pointer = UnsafeRawPointer(bitPattern: control.load(ordering: .acquiring)) else {
        return
      }
      Unmanaged<TrainingControl>.fromOpaque(pointer)._withUnsafeGuaranteedRef { $0.requestStop() }
    } else if number == SIGINT,
      now &- firstTime.load(ordering: .relaxed) > nanosecondsOfOneRequest
    {
      _exit(128 + SIGINT)
    }
  }
}
