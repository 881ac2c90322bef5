/// Which bytes of a file belong to what: every structure that is read, and the data of every dataset.
///
/// No two of them may share a byte, which no sound file needs. So the bytes of all together are at most the
/// file's, which bounds the time and the memory that any file can cost, and no structure can contain itself.
struct FileMap {
  /// A stretch of the file.
  struct Extent {
    var address: UInt64
    var count: UInt64
    /// The bytes of a structure as they were when it was checked; nil for data, which stays in the file.
    var bytes: [UInt8]?

    var end: UInt64 { address + count }
  }

  private let input: HDF5Input
  /// Where HDF5's part of the file ends.
  private(set) var end: UInt64
  private var extents: [Extent] = []
  private var total: UInt64 = 0
  // Structures lie close together and are small; a system call for each would be most of the time.
  private var window: [UInt8] = []
  private var windowAddress: UInt64 = 0
  private static let windowSize: UInt64 = 1 << 13

  init(_ input: HDF5Input) {
    self.input = input
    end = input.byteCount
  }

  /// Sets where HDF5's part of the file ends, once the superblock has told it.
  mutating func setEnd(_ end: UInt64) { self.end = end }

  /// Reads a structure, which nothing else may share a byte with.
  mutating func structure(
    at address: UInt64, count: Int, name: String
  ) throws(FormatFault) -> FieldReader {
    try claim(address, UInt64(count), name)
    let bytes = try read(address, UInt64(count))
    extents.append(Extent(address: address, count: UInt64(count), bytes: bytes))
    return FieldReader(bytes[...], at: address, name: name)
  }

  /// Clears a part of the structure that was read last: room that is not in use, on which nobody acts. libhdf5 is not
  /// to see what stands there.
  mutating func clear(_ count: Int, from address: UInt64) {
    let last = extents.count - 1
    let start = Int(address - extents[last].address)
    for place in start..<start + count { extents[last].bytes?[place] = 0 }
  }

  /// Notes where a dataset's data is.
  mutating func data(at address: UInt64, count: UInt64) throws(FormatFault) {
    guard count > 0 else { return }
    try claim(address, count, "its data")
    extents.append(Extent(address: address, count: count, bytes: nil))
  }

  /// Everything that was noted, in the order of the file.
  ///
  /// - Throws: where two overlap.
  func sorted() throws(FormatFault) -> [Extent] {
    let sorted = extents.sorted { $0.address < $1.address }
    for (first, second) in zip(sorted, sorted.dropFirst()) where second.address < first.end {
      throw .damaged("two structures of the file overlap", at: second.address)
    }
    return sorted
  }

  private mutating func claim(
    _ address: UInt64, _ count: UInt64, _ name: String
  ) throws(FormatFault) {
    guard address <= end, count <= end - address else {
      throw .damaged("\(name) lies beyond the end of the file", at: address)
    }
    total += count
    guard total <= end else {
      throw .damaged("the file's structures overlap: they take more bytes than it has", at: address)
    }
  }

  private mutating func read(
    _ address: UInt64, _ count: UInt64
  ) throws(FormatFault) -> [UInt8] {
    guard count <= Self.windowSize / 2 else { return try load(address, count) }
    if address < windowAddress || address + count > windowAddress + UInt64(window.count) {
      window = try load(address, min(Self.windowSize, end - address))
      windowAddress = address
    }
    let start = Int(address - windowAddress)
    return Array(window[start..<start + Int(count)])
  }

  private func load(_ address: UInt64, _ count: UInt64) throws(FormatFault) -> [UInt8] {
    var failure: HDF5Error?
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
      do throws(HDF5Error) {
        let bytes = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[..<Int(count)])
        try input.read(at: address, into: bytes)
        initialized = Int(count)
      } catch {
        failure = error
      }
    }
    if let failure { throw .damaged(failure.message, at: address) }
    return bytes
  }
}
