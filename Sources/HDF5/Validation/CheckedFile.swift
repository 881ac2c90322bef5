/// A file that has been validated, as libhdf5 sees it: structures as they were when they were checked, data as it
/// is in the file, and zeros for everything else.
///
/// So nothing that is written to the file after the validation reaches libhdf5's parser, and neither does any
/// byte that was not looked at.
final class CheckedFile: Sendable, DrivenFile {
  private let input: HDF5Input
  /// The bytes that HDF5 may have: the end that the superblock tells.
  let end: UInt64
  /// In the order of the file, without overlaps.
  private let extents: [FileMap.Extent]

  init(_ input: HDF5Input, end: UInt64, extents: [FileMap.Extent]) {
    self.input = input
    self.end = end
    self.extents = extents
  }

  /// Fills a buffer with what libhdf5 may see from an address on.
  ///
  /// - Throws: ``HDF5Error`` if data cannot be read.
  func read(
    at address: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error) {
    let stop = address + UInt64(buffer.count)
    var next = address
    var index = firstExtent(endingAfter: address)
    while next < stop {
      guard index < extents.count, extents[index].address < stop else {
        Self.clear(buffer, next - address..<stop - address)
        return
      }
      let extent = extents[index]
      index += 1
      if next < extent.address {
        Self.clear(buffer, next - address..<extent.address - address)
        next = extent.address
      }
      let end = min(stop, extent.end)
      let target = UnsafeMutableRawBufferPointer(
        rebasing: buffer[Int(next - address)..<Int(end - address)])
      if let bytes = extent.bytes {
        bytes.withUnsafeBytes {
          let start = Int(next - extent.address)
          target.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: $0[start..<start + target.count]))
        }
      } else {
        try input.read(at: next, into: target)
      }
      next = end
    }
  }

  let isWritable = false
  func write(_ bytes: UnsafeRawBufferPointer, at address: UInt64) {}
  func resize(to end: UInt64) {}

  private func firstExtent(endingAfter address: UInt64) -> Int {
    var (low, high) = (0, extents.count)
    while low < high {
      let middle = (low + high) / 2
      if extents[middle].end <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func clear(_ buffer: UnsafeMutableRawBufferPointer, _ range: Range<UInt64>) {
    UnsafeMutableRawBufferPointer(rebasing: buffer[Int(range.lowerBound)..<Int(range.upperBound)])
      .initializeMemory(as: UInt8.self, repeating: 0)
  }
}
