import Foundation
import HDF5

/// What a worker and its supervisor share: a small file in both memories.
final class Status {
  /// The copy that is being read.
  var current: Int {
    get { Int(words[0]) }
    set { words[0] = UInt64(newValue) }
  }
  /// How many have been accepted.
  var accepted: Int {
    get { Int(words[1]) }
    set { words[1] = UInt64(newValue) }
  }
  /// Kibibytes of address space at most, less those before the first copy.
  var growth: Int {
    get { Int(words[2]) }
    set { words[2] = UInt64(newValue) }
  }
  /// How many were not read: they look like one before.
  var repeated: Int {
    get { Int(words[3]) }
    set { words[3] = UInt64(newValue) }
  }

  private let words: UnsafeMutablePointer<UInt64>

  init(_ path: String) {
    let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
    precondition(descriptor >= 0 && ftruncate(descriptor, 4096) == 0, "\(path) cannot be written")
    let memory = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    close(descriptor)
    guard let memory, memory != MAP_FAILED else { preconditionFailure("\(path) cannot be mapped") }
    words = memory.assumingMemoryBound(to: UInt64.self)
  }
}

/// Which copies there have been. Clearing a byte that is 0 is no damage, two ways can do the same, and what is damaged
/// can be room that nobody uses: the validator shows it to no one.
private struct Views {
  private var bytes: Set<Int> = []
  private var views: Set<Int> = []

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
    views.reserveCapacity(capacity)
  }

  /// Whether it is the first of its kind.
  mutating func insert(_ copy: [UInt8]) -> Bool {
    guard bytes.insert(copy.hashValue).inserted else { return false }
    guard let view = try? HDF5Input(bytes: copy, name: "copy").view() else { return true }
    var hasher = Hasher()
    hasher.combine(copy.count)
    hasher.combine(view)
    return views.insert(hasher.finalize()).inserted
  }
}

/// Reads copies one after the other; whoever watches it learns from the status which one it died of.
enum Worker {
  static func run(
    _ mutations: Mutations, _ subject: Subject, from first: Int, to end: Int, step: Int,
    status: Status
  ) {
    // Whoever stops or ends the supervisor's process group means this process too.
    setpgid(0, getpgid(getppid()))
    // A crash is to end the process at once, and not to be written down at length.
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(4), &none)
    // The first use of everything takes memory that is no copy's.
    for number in [0, mutations.count / 2] { _ = subject.read(mutations[number].bytes) }
    var seen = Views(capacity: max(0, end - first) / step + 1)
    let before = peakAddressSpace()
    for number in stride(from: first, to: end, by: step) {
      let bytes = mutations[number].bytes
      status.current = number
      if !seen.insert(bytes) {
        status.repeated += 1
      } else if subject.read(bytes) {
        status.accepted += 1
      }
    }
    status.current = end
    status.growth = max(status.growth, peakAddressSpace() - before)
  }

  private static func peakAddressSpace() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmPeak:") }
    return line.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0
  }
}
