import Foundation

/// What the machine can hold, asked before memory is taken for sizes that a user or a file names.
enum MachineMemory {
  /// - Throws: where so many floats, a product that may have overflowed, exceed the machine's memory.
  static func require(
    floats: (partialValue: Int, overflow: Bool), for purpose: String
  ) throws(DescentError) {
    try require(floats: floats.overflow ? Int.max : floats.partialValue, for: purpose)
  }

  /// A number of bytes for messages.
  static func words(_ bytes: Int) -> String {
    bytes < 100_000_000 ? "\(bytes) bytes" : String(format: "%.1f GB", Double(bytes) / 1e9)
  }

  /// - Throws: where so many floats exceed the machine's memory.
  static func require(floats: Int, for purpose: String) throws(DescentError) {
    let (bytes, overflow) = floats.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    let limit = ProcessInfo.processInfo.physicalMemory
    guard !overflow, bytes >= 0, UInt64(bytes) <= limit else {
      throw DescentError(
        .invalidInput,
        "\(purpose) would take \(String(format: "%.1f", Double(floats) * 4 / 1e9)) GB of memory; "
          + "the machine has \(words(Int(limit)))",
        advice: "use fewer units, or a smaller batch")
    }
  }
}
