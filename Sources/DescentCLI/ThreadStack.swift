import CProcessor
import Foundation

/// Stacks that hold what kernels, the HDF5 library and the reader of configs put on them, whatever `ulimit -s` says: its
/// soft limit is what threads get, and a small one would end the process by a signal.
enum ThreadStack {
  private static let bytes = 8 << 20

  /// Calls on this thread where its stack may grow far enough, else on one of its own. Threads that are started later,
  /// Dispatch's too, have as much.
  static func run(_ body: @escaping @Sendable () -> Void) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &limit) == 0,
      limit.rlim_cur < rlim_t(bytes)
    else { return body() }
    // Where that is refused, threads have what the limit gives them, as they always had.
    _ = descent_set_default_stack(bytes)
    let thread = Thread {
      body()
      exit(0)
    }
    thread.stackSize = bytes
    thread.start()
    while true { pause() }
  }
}
