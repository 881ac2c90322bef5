import SystemCalls

/// Memory of ranks on one machine, of which each reads the others' where it stands.
///
/// Each tells the others by which descriptor its memory is found, and looks whether it is theirs: a process may be another one by
/// its number, where each rank is in a container of its own. Two read each other's where both have found it.
struct NearMemory {
  /// A line at the end of the memory, which says whose it is.
  private static let line = 64
  private let own: SharedMemory?
  private let mark = UInt64.random(in: .min ... .max)

  /// Memory for so many floats, which others can read where the system has such.
  static func allocate(floats: Int) -> ExchangeMemory {
    let bytes = floats * MemoryLayout<Float>.stride
    guard let memory = SharedMemory(count: (bytes + line - 1) / line * line + line) else {
      return ExchangeMemory(count: floats)
    }
    return ExchangeMemory(AlignedFloats(memory.bytes, of: memory))
  }

  init(_ memory: ExchangeMemory) {
    own = memory.floats.owner as? SharedMemory
    if let own { Self.mark(of: own).storeBytes(of: mark, as: UInt64.self) }
  }

  private static func mark(of memory: SharedMemory) -> UnsafeMutableRawPointer {
    guard let base = memory.bytes.baseAddress else { preconditionFailure("memory of no bytes") }
    return base + memory.bytes.count - line
  }

  /// By what others find it.
  var text: String {
    own.map { "\($0.descriptor) \($0.bytes.count) \(mark)" } ?? ""
  }

  /// Another rank's memory, of which it says the like; nil where it cannot be read.
  func find(_ text: String, of process: Int32?) -> SharedMemory? {
    let words = text.split(separator: " ")
    guard own != nil, let process, words.count == 3, let descriptor = Int32(words[0]),
      let count = Int(words[1]), count > Self.line,
      let memory = SharedMemory(of: process, descriptor: descriptor, count: count),
      String(Self.mark(of: memory).load(as: UInt64.self)) == words[2]
    else { return nil }
    return memory
  }

  /// Lets nobody look for it any more.
  func close() { own?.close() }

  /// Says of which ranks memory has been found.
  static func answer(_ found: [SharedMemory?]) -> String {
    String(found.map { $0 == nil ? "-" : "+" })
  }

  static func hasFound(_ rank: Int, in answer: String) -> Bool {
    answer.dropFirst(rank).first == "+"
  }
}

extension SharedMemory {
  var floats: UnsafePointer<Float>? {
    bytes.baseAddress.map { UnsafePointer($0.assumingMemoryBound(to: Float.self)) }
  }
}
