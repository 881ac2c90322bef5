/// A file that is put together in memory: what libhdf5 writes, and matrices where they are.
///
/// Matrices are not copied before the image is read, so that a file of gigabytes takes kilobytes here, and can
/// be written from front to back, once. Fill an image through ``HDF5File/create(_:)``, close that, and then read it.
public final class HDF5Image: @unchecked Sendable {
  // All change only while the library is locked, and are read by others once the file is closed.

  /// A matrix: where its rows will be in the file, one after the other, and where they are in memory.
  private struct Matrix: Equatable {
    var address: UInt64
    var base: UnsafeRawPointer
    var rows: Int
    var rowBytes: Int
    var stride: Int

    var end: UInt64 { address + UInt64(rows * rowBytes) }

    /// Copies a part, counted from its first byte on.
    func copy(_ part: Range<Int>, to target: UnsafeMutableRawPointer) {
      if stride == rowBytes {
        target.copyMemory(from: base + part.lowerBound, byteCount: part.count)
        return
      }
      var next = part.lowerBound
      while next < part.upperBound {
        let (row, column) = next.quotientAndRemainder(dividingBy: rowBytes)
        let count = min(rowBytes - column, part.upperBound - next)
        (target + (next - part.lowerBound))
          .copyMemory(from: base + row * stride + column, byteCount: count)
        next += count
      }
    }
  }

  /// What the file is called in errors.
  public let name: String
  /// How many bytes the file has.
  public private(set) var byteCount: UInt64 = 0

  /// In the order of the file.
  private var matrices: [Matrix] = []
  /// All other bytes, where they are not zero, by the page's number.
  private var pages: [UInt64: [UInt8]] = [:]
  private static let pageSize: UInt64 = 4096

  public init(name: String) {
    self.name = name
  }

  /// Whether a matrix of the memory is what the file has at an address.
  ///
  /// - Parameters:
  ///   - base: Its first row; the others begin `stride` elements after each other.
  ///   - address: Where its first byte is in the file.
  public func holds<Element: HDF5Element>(
    _ base: UnsafePointer<Element>, rows: Int, columns: Int, stride: Int, at address: UInt64
  ) -> Bool {
    let matrix = Self.matrix(base, rows: rows, columns: columns, stride: stride, at: address)
    let index = firstMatrix(endingAfter: address)
    return index < matrices.count && matrices[index] == matrix
  }

  /// Notes a matrix, whose memory then has to stay as it is until the image has been read for the last time.
  func place<Element: HDF5Element>(
    _ base: UnsafePointer<Element>, rows: Int, columns: Int, stride: Int, at address: UInt64
  ) {
    let matrix = Self.matrix(base, rows: rows, columns: columns, stride: stride, at: address)
    matrices.insert(matrix, at: firstMatrix(endingAfter: address))
  }

  private static func matrix<Element: HDF5Element>(
    _ base: UnsafePointer<Element>, rows: Int, columns: Int, stride: Int, at address: UInt64
  ) -> Matrix {
    let size = MemoryLayout<Element>.stride
    return Matrix(
      address: address, base: UnsafeRawPointer(base), rows: rows, rowBytes: columns * size,
      stride: rows == 1 ? columns * size : stride * size)
  }

  private func firstMatrix(endingAfter address: UInt64) -> Int {
    var (low, high) = (0, matrices.count)
    while low < high {
      let middle = (low + high) / 2
      if matrices[middle].end <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// All bytes.
  public var bytes: [UInt8] {
    let count = Int(byteCount)
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      read(
        at: 0,
        into: UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
      initialized = count
    }
  }

  /// Fills a buffer with the bytes from an address on. What is past the end is zero.
  public func read(at address: UInt64, into buffer: UnsafeMutableRawBufferPointer) {
    guard let target = buffer.baseAddress else { return }
    let stop = address + UInt64(buffer.count)
    var next = address
    var index = firstMatrix(endingAfter: address)
    while next < stop {
      let matrix = index < matrices.count ? matrices[index] : nil
      let part = target + Int(next - address)
      if let matrix, matrix.address <= next {
        let end = min(stop, matrix.end)
        matrix.copy(Int(next - matrix.address)..<Int(end - matrix.address), to: part)
        next = end
        index += 1
      } else {
        let end = min(stop, matrix?.address ?? stop, (next / Self.pageSize + 1) * Self.pageSize)
        let count = Int(end - next)
        if let page = pages[next / Self.pageSize] {
          page.withUnsafeBytes {
            part.copyMemory(
              from: $0.baseAddress! + Int(next % Self.pageSize), byteCount: count)
          }
        } else {
          part.initializeMemory(as: UInt8.self, repeating: 0, count: count)
        }
        next = end
      }
    }
  }
}

extension HDF5Image: DrivenFile {
  var isWritable: Bool { true }
  var end: UInt64 { byteCount }

  func write(_ bytes: UnsafeRawBufferPointer, at address: UInt64) {
    var rest = bytes[...]
    var next = address
    while !rest.isEmpty {
      let place = Int(next % Self.pageSize)
      let part = rest.prefix(Int(Self.pageSize) - place)
      pages[next / Self.pageSize, default: [UInt8](repeating: 0, count: Int(Self.pageSize))]
        .replaceSubrange(place..<place + part.count, with: part)
      rest = rest.dropFirst(part.count)
      next += UInt64(part.count)
    }
    byteCount = max(byteCount, next)
  }

  func resize(to end: UInt64) { byteCount = end }
}
