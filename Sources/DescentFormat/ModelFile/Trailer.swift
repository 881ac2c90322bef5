import Foundation
import HDF5

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

  /// The trailer of so many bytes with that checksum.
  static func make(crc: UInt32, length: UInt64) -> [UInt8] {
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

  /// Checks how a file ends, before anything parses it.
  ///
  /// - Throws: `invalidInput` where it is no HDF5 file of the kind Descent writes, is cut short, or its
  ///   content does not match its trailer.
  static func check(_ input: HDF5Input) throws(DescentError) -> Finding {
    let size = input.byteCount
    let end = try endOfData(input)
    if size == end { return .absent }
    guard size == end + UInt64(length) else {
      throw damaged(
        input.path,
        size < end
          ? "it is cut short: \(size) bytes of \(end + UInt64(length))"
          : "it has \(size - end) bytes after its data where a trailer has \(length)")
    }
    let found = try read(input, from: end, count: length)
    var crc = CRC32C()
    var offset: UInt64 = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 64)
    defer { buffer.deallocate() }
    while offset < end {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: buffer[..<Int(min(UInt64(chunk), end - offset))])
      try fill(part, from: offset, of: input)
      crc.update(UnsafeRawBufferPointer(part))
      offset += UInt64(part.count)
    }
    try checkVersion(of: found, input.path)
    guard found == make(crc: crc.value, length: end) else {
      throw damaged(input.path, "its content does not match its checksum")
    }
    return .valid
  }

  /// Refuses a sound trailer of a version that is not known.
  private static func checkVersion(of trailer: [UInt8], _ path: String) throws(DescentError) {
    var own = CRC32C()
    trailer[..<60].withUnsafeBytes { own.update($0) }
    let version = UInt32(littleEndianBytes: trailer[8..<12])
    guard trailer.starts(with: magic), UInt32(littleEndianBytes: trailer[60..<64]) == own.value,
      version > 1
    else { return }
    throw DescentError(
      .invalidInput, "its trailer is of version \(version); this Descent knows version 1", at: path,
      advice: "use a newer Descent")
  }

  private static func damaged(_ path: String, _ problem: String) -> DescentError {
    DescentError(.invalidInput, problem, at: path, advice: CheckpointReader.damagedAdvice)
  }

  /// The end of the HDF5 data as the superblock (version 0) has it.
  private static func endOfData(_ input: HDF5Input) throws(DescentError) -> UInt64 {
    let size = input.byteCount
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
    guard size >= 8, try read(input, from: 0, count: 8) == signature else {
      throw DescentError(
        .invalidInput, size == 0 ? "the file is empty" : "it is not an HDF5 file", at: input.path,
        advice:
          "a Descent model file begins with the HDF5 signature; descent import makes one of a .keras file"
      )
    }
    guard size >= 48 else { throw damaged(input.path, "it is cut short: \(size) bytes") }
    let block = try read(input, from: 0, count: 48)
    guard block[8] == 0, block[13] == 8, block[14] == 8 else {
      throw DescentError(
        .invalidInput, "its superblock is of version \(block[8])", at: input.path,
        advice: CheckpointReader.foreignAdvice)
    }
    let end = UInt64(littleEndianBytes: block[40..<48])
    guard UInt64(littleEndianBytes: block[24..<32]) == 0, end >= 96, end <= UInt64(Int64.max) - 64
    else {
      throw damaged(input.path, "its superblock is damaged")
    }
    return end
  }

  private static func read(
    _ input: HDF5Input, from offset: UInt64, count: Int
  ) throws(DescentError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var failure: DescentError?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(DescentError) {
        try fill(buffer, from: offset, of: input)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  private static func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from offset: UInt64, of input: HDF5Input
  ) throws(DescentError) {
    do throws(HDF5Error) {
      try input.read(at: offset, into: buffer)
    } catch {
      throw DescentError(
        error, at: input.path, damaged: CheckpointReader.damagedAdvice,
        foreign: CheckpointReader.foreignAdvice)
    }
  }
}

extension FixedWidthInteger {
  /// The number that bytes stand for, the lowest first.
  fileprivate init(littleEndianBytes bytes: ArraySlice<UInt8>) {
    self = bytes.reversed().reduce(0) { $0 << 8 | Self($1) }
  }
}
