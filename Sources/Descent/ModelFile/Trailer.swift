import Foundation
import Kernels

/// The 64 bytes after the end of the HDF5 data, which HDF5 itself ignores: proof that the file is whole.
///
/// Little-endian: 0–7 magic "DSCNTRLR"; 8–11 version 1; 12–15 CRC-32C of everything before the trailer; 16–23
/// the length of that; 24–59 zero; 60–63 CRC-32C of the trailer's first 60 bytes. It proves integrity, never
/// origin.
enum Trailer {
  static let length = 64
  private static let magic = Array("DSCNTRLR".utf8)
  private static let chunk = 4 << 20

  /// How a file ends.
  enum Finding: Equatable {
    /// With a trailer that matches its content.
    case valid
    /// With the last byte of the HDF5 data: another program has written to it since, or it is not
    /// Descent's.
    case absent
  }

  private static func make(crc: UInt32, length: UInt64) -> [UInt8] {
    var bytes = magic
    func append<Value: FixedWidthInteger>(_ value: Value) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    append(UInt32(1))
    append(crc)
    append(length)
    bytes.append(contentsOf: [UInt8](repeating: 0, count: 36))
    var own = CRC32C()
    bytes.withUnsafeBytes { own.update($0) }
    append(own.value)
    return bytes
  }

  /// Appends a trailer to a closed file and brings everything to the disk.
  static func append(to path: String) throws(DescentError) {
    let file = try open(path, O_RDWR)
    defer { close(file) }
    let (crc, length) = try checksum(file, upTo: nil, path)
    let bytes = make(crc: crc, length: length)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(
          file, $0.baseAddress! + written, bytes.count - written, off_t(length) + off_t(written))
      }
      guard count > 0 else { throw systemError("cannot write", path) }
      written += count
    }
    guard fsync(file) == 0 else { throw systemError("cannot write", path) }
  }

  /// Checks how a file ends, before anything parses it.
  ///
  /// - Throws: `invalidInput` where it is no HDF5 file of the kind Descent writes, is cut short, or its
  ///   content does not match its trailer.
  static func check(_ path: String) throws(DescentError) -> Finding {
    let file = try open(path, O_RDONLY)
    defer { close(file) }
    var information = stat()
    guard fstat(file, &information) == 0 else { throw systemError("cannot read", path) }
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw DescentError(.invalidInput, "it is not a regular file", at: path)
    }
    let size = UInt64(information.st_size)
    let end = try endOfData(file, size: size, path)
    if size == end { return .absent }
    guard size == end + UInt64(length) else {
      throw damaged(
        path,
        size < end
          ? "it is cut short: \(size) bytes of \(end + UInt64(length))"
          : "it has \(size - end) bytes after its data where a trailer has \(length)")
    }
    var found = [UInt8](repeating: 0, count: length)
    guard pread(file, &found, length, off_t(end)) == length else {
      throw systemError("cannot read", path)
    }
    let (crc, _) = try checksum(file, upTo: end, path)
    guard found == make(crc: crc, length: end) else {
      throw damaged(path, "its content does not match its checksum")
    }
    return .valid
  }

  private static func damaged(_ path: String, _ problem: String) -> DescentError {
    DescentError(
      .invalidInput, problem, at: path,
      advice: "the file is damaged; use another checkpoint of the run")
  }

  /// The end of the HDF5 data as the superblock (version 0) has it.
  private static func endOfData(_ file: Int32, size: UInt64, _ path: String) throws(DescentError)
    -> UInt64
  {
    var block = [UInt8](repeating: 0, count: 48)
    let count = pread(file, &block, block.count, 0)
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
    guard count >= 8, Array(block[0..<8]) == signature else {
      throw DescentError(
        .invalidInput, size == 0 ? "the file is empty" : "it is not an HDF5 file", at: path,
        advice: "a Descent model file begins with the HDF5 signature")
    }
    guard count == block.count else {
      throw damaged(path, "it is cut short: \(size) bytes")
    }
    guard block[8] == 0, block[13] == 8, block[14] == 8 else {
      throw DescentError(
        .invalidInput, "its superblock is of version \(block[8])", at: path,
        advice: "Descent reads the classic HDF5 layout (version 0) that it and Keras write")
    }
    func number(at offset: Int) -> UInt64 {
      block.withUnsafeBytes {
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      }
    }
    let end = number(at: 40)
    guard number(at: 24) == 0, end >= 96, end <= UInt64(Int64.max) - 64 else {
      throw damaged(path, "its superblock is damaged")
    }
    return end
  }

  private static func checksum(_ file: Int32, upTo end: UInt64?, _ path: String)
    throws(DescentError) -> (crc: UInt32, length: UInt64)
  {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 64)
    defer { buffer.deallocate() }
    var crc = CRC32C()
    var offset: UInt64 = 0
    while true {
      let wanted = min(UInt64(chunk), (end ?? .max) - offset)
      if wanted == 0 { break }
      let count = pread(file, buffer.baseAddress, Int(wanted), off_t(offset))
      guard count >= 0 else { throw systemError("cannot read", path) }
      if count == 0 {
        guard end == nil else { throw damaged(path, "it is cut short") }
        break
      }
      crc.update(UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
      offset += UInt64(count)
    }
    return (crc.value, offset)
  }

  private static func open(_ path: String, _ flags: Int32) throws(DescentError) -> Int32 {
    let file = Foundation.open(path, flags | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT {
        throw DescentError(.missingInput, "there is no such file", at: path)
      }
      throw systemError("cannot open", path)
    }
    return file
  }

  static func systemError(_ problem: String, _ path: String) -> DescentError {
    let code = errno
    return DescentError(
      .inputOutput, "\(problem): \(String(cString: strerror(code)))", at: path,
      advice: code == ENOSPC ? "make room on the disk" : nil)
  }
}
