import LibC

extension Array where Element: BitwiseCopyable {
  /// An array that is filled at once, in huge pages where it is large and the system has them.
  ///
  /// Fresh memory costs the system a fault for each page it is written to. Of usual pages 100 MB are 25,000, and
  /// their faults take longer than copying so much.
  ///
  /// - Parameters:
  ///   - capacity: the most elements it can have.
  ///   - fill: writes them from the first on, and returns how many.
  package init(inHugePages capacity: Int, fill: (UnsafeMutableBufferPointer<Element>) -> Int) {
    self.init(unsafeUninitializedCapacity: capacity) { buffer, count in
      #if os(Linux)
        let size = 2 << 20
        let memory = UnsafeMutableRawBufferPointer(buffer)
        if memory.count >= size, let base = memory.baseAddress {
          let start = base.alignedUp(toMultipleOf: size)
          let length = (base + memory.count - start) / size * size
          if length > 0 { madvise(start, length, MADV_HUGEPAGE) }
        }
      #endif
      count = fill(buffer)
    }
  }
}
