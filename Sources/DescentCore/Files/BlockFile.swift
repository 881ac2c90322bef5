import CProcessor
import Foundation
import SystemCalls

/// A file that is written, or read, from front to back in large blocks, past the system's page cache where the file
/// system allows it.
///
/// To copy a checkpoint into that cache takes the processor as long as all else that it costs, nobody reads it there soon,
/// and what is read back out of it says nothing of the disk.
package final class BlockFile {
  private let descriptor: Int32
  private let path: String
  private let buffer: UnsafeMutableRawBufferPointer
  private var offset: UInt64 = 0
  private var isDirect = true

  private static let blockSize = 4 << 20
  /// What addresses, offsets and lengths of direct transfers are multiples of, on every disk.
  private static let alignment = 4096

  /// Opens an empty file that is to be written.
  ///
  /// - Parameter name: what it is called in errors.
  /// - Throws: `inputOutput`.
  package convenience init(writing path: String, for name: String) throws(DescentError) {
    try self.init(path, writes: true, name)
  }

  /// Opens a file that has just been written.
  /// - Throws: `inputOutput`.
  package convenience init(reading path: String, for name: String) throws(DescentError) {
    try self.init(path, writes: false, name)
  }

  private init(_ path: String, writes: Bool, _ name: String) throws(DescentError) {
    func open(_ flags: Int32) -> Int32 {
      SystemCall.open(path, (writes ? O_WRONLY : O_RDONLY) | flags)
    }
    var file = open(descent_open_direct())
    if file < 0, errno == EINVAL {
      isDirect = false
      file = open(0)
    }
    guard file >= 0 else {
      throw Self.failure(errno, writes ? "written" : "read back", name)
    }
    descriptor = file
    self.path = name
    buffer = .allocate(byteCount: Self.blockSize, alignment: Self.alignment)
  }

  deinit {
    SystemCall.close(descriptor)
    buffer.deallocate()
  }

  /// Writes bytes that `fill` gives block by block.
  /// - Throws: `inputOutput`.
  package func write(
    _ count: UInt64, _ fill: (_ offset: UInt64, UnsafeMutableRawBufferPointer) -> Void
  ) throws(DescentError) {
    let end = offset + count
    while offset < end {
      let block = UnsafeMutableRawBufferPointer(
        rebasing: buffer[..<Int(min(UInt64(buffer.count), end - offset))])
      fill(offset, block)
      // Only the last block is no whole number of pages.
      let whole = block.count / Self.alignment * Self.alignment
      try put(UnsafeRawBufferPointer(rebasing: block[..<whole]))
      guard whole < block.count else { continue }
      leaveDirect()
      try put(UnsafeRawBufferPointer(rebasing: block[whole...]))
    }
  }

  /// Writes a few bytes more.
  /// - Throws: `inputOutput`.
  package func append(_ bytes: [UInt8]) throws(DescentError) {
    leaveDirect()
    var failure: DescentError?
    bytes.withUnsafeBytes { bytes in
      do throws(DescentError) { try put(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Brings everything to the disk.
  /// - Throws: `inputOutput`.
  package func sync() throws(DescentError) {
    guard SystemCall.sync(descriptor) == 0 else { throw Self.failure(errno, "written", path) }
  }

  /// Hands over all bytes, block by block.
  /// - Throws: `inputOutput`.
  package func read(_ body: (UnsafeRawBufferPointer) -> Void) throws(DescentError) {
    while true {
      let count = SystemCall.read(descriptor, into: buffer, at: offset)
      if count < 0, isDirect, errno == EINVAL {
        leaveDirect()
        continue
      }
      guard count >= 0 else { throw Self.failure(errno, "read back", path) }
      if count == 0 { return }
      body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += UInt64(count)
      // After less than was asked for the next place may be none for a direct transfer.
      if count % Self.alignment != 0 { leaveDirect() }
    }
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws(DescentError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let (count, error) = SystemCall.writeAll(
        descriptor, UnsafeRawBufferPointer(rebasing: rest), at: offset)
      rest = rest.dropFirst(count)
      offset += UInt64(count)
      // A file system may refuse what it let the file be opened for, and the rest of a part written.
      if error == EINVAL, isDirect {
        leaveDirect()
      } else if error != 0 {
        throw Self.failure(error, "written", path)
      }
    }
  }

  private func leaveDirect() {
    guard isDirect else { return }
    isDirect = false
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags & ~descent_open_direct())
  }

  private static func failure(_ code: Int32, _ what: String, _ path: String) -> DescentError {
    DescentError(system: code, "the checkpoint cannot be \(what)", at: path)
  }
}
