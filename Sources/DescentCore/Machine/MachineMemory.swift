import Foundation

/// What the machine can hold, asked before memory is taken for sizes that a user or a file names.
///
/// To ask before is all that helps: the system promises more than it has, and ends the process that takes it at its word.
package enum MachineMemory {
  /// A bound on what this process may still take.
  struct Limit: Sendable, Equatable {
    /// What sets it, as it stands in an error: `the machine has 16.7 GB free`.
    var words: String
    /// The bytes that are left below it.
    var room: Int
    /// What lifts it.
    var advice: String
  }

  /// - Throws: where so many floats exceed what there is.
  package static func require(floats: Int, for purpose: String) throws(DescentError) {
    try require(floats: Double(floats), for: purpose)
  }

  /// The same for sums and products that a whole number may not hold.
  package static func require(floats: Double, for purpose: String) throws(DescentError) {
    let bytes = floats * Double(MemoryLayout<Float>.stride)
    try require(bytes: bytes < Double(Int.max / 2) ? Int(bytes) : Int.max / 2, for: purpose)
  }

  /// - Throws: where so many bytes exceed the machine's memory, or a limit that is set for the process or a group of
  ///   processes that it belongs to; need, limit and what to change are said.
  ///
  /// - Parameter advice: what takes less of it.
  package static func require(
    bytes: Int, for purpose: String,
    advice: String = "use fewer units, a smaller batch or fewer rows"
  ) throws(DescentError) {
    // What fits into a page of any limit is not worth reading the system's files for.
    guard bytes > negligible else { return }
    guard let limit = limits().min(by: { $0.room < $1.room }), bytes > limit.room else {
      return try probe(bytes, for: purpose, advice)
    }
    throw DescentError(
      .invalidInput, "\(purpose) would take \(words(bytes)) of memory; \(limit.words)",
      advice: "\(advice), or \(limit.advice)")
  }

  /// The bytes that this process may still take.
  package static var room: Int { limits().map(\.room).min() ?? Int.max }

  private static let negligible = 8 << 20

  /// A number of bytes for messages.
  package static func words(_ bytes: Int) -> String {
    bytes < 100_000_000 ? "\(bytes) bytes" : String(format: "%.1f GB", Double(bytes) / 1e9)
  }

  /// Asks the system for so much address space and gives it back: it may refuse what no file of its own speaks of.
  private static func probe(
    _ bytes: Int, for purpose: String, _ advice: String
  ) throws(DescentError) {
    let size = bytes + unseen
    let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard memory == MAP_FAILED else {
      munmap(memory, size)
      return
    }
    throw DescentError(
      .invalidInput,
      "\(purpose) would take \(words(bytes)) of memory, which the system does not give",
      advice: "\(advice), or end other programs")
  }

  // MARK: - Limits

  private static func limits() -> [Limit] {
    let status = SystemFile("/proc/self/status")
    return [machine()] + resources(status)
      + ControlGroup.limits(resident: status.kibibytes("VmRSS"))
  }

  /// What the machine has left, swap included.
  private static func machine() -> Limit {
    let total = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let file = SystemFile("/proc/meminfo")
    let free =
      file.kibibytes("MemAvailable").map { $0 + (file.kibibytes("SwapFree") ?? 0) } ?? total
    return Limit(
      words: "the machine has \(words(total)), of which \(words(free)) are free", room: free,
      advice: "a machine with more memory")
  }

  /// What is taken beside what is asked for: what lies between aligned blocks, threads' stacks, the C library's heaps.
  private static let unseen = 64 << 20

  /// What `ulimit` has set for the process: its address space, and its data.
  private static func resources(_ status: SystemFile) -> [Limit] {
    [
      (RLIMIT_AS, "-v", "VmSize"), (RLIMIT_DATA, "-d", "VmData"),
    ].compactMap { resource, flag, used in
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0,
        limit.rlim_cur < rlim_t(Int.max)
      else { return nil }
      let most = Int(limit.rlim_cur)
      return Limit(
        words: "ulimit \(flag) allows \(words(most))",
        room: max(0, most - (status.kibibytes(used) ?? 0) - unseen),
        advice: "raise it with ulimit \(flag)")
    }
  }
}
