import Foundation

/// What the machine can hold, asked before memory is taken for sizes that a user or a file names.
enum MachineMemory {
  /// - Throws: where so many floats, a product that may have overflowed, exceed the machine's memory.
  static func require(
    floats: (partialValue: Int, overflow: Bool), for purpose: String
  ) throws(DescentError) {
    try require(floats: floats.overflow ? Int.max : floats.partialValue, for: purpose)
  }

  /// - Throws: where so many floats exceed the machine's memory.
  static func require(floats: Int, for purpose: String) throws(DescentError) {
    let (bytes, overflow) = floats.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    let limit = ProcessInfo.processInfo.physicalMemory
    guard !overflow, bytes >= 0, UInt64(bytes) <= limit else {
      let size = Double(floats) * 4 / 1e9
      throw DescentError(
        .invalidInput,
        "\(purpose) would take \(String(format: "%.1f", size)) GB of memory; the machine has "
          + String(format: "%.1f GB", Double(limit) / 1e9),
        advice: "use fewer units, or a smaller batch")
    }
  }
}
