import CZlib

/// A zip file of stored members, without compression, in pieces that are written one after the other.
struct ZipWriter {
  private(set) var pieces: [[UInt8]] = []
  private var directory: [UInt8] = []
  private var members = 0
  private var offset = 0

  /// The most bytes of a file without the format's extension for larger ones.
  static let largestFile = 0xFFFF_FFFF

  /// Adds a member.
  /// - Throws: `invalidInput` where the file would be larger than 4 GB.
  mutating func add(_ name: String, _ content: [UInt8]) throws(DescentError) {
    guard offset + directory.count + content.count < Self.largestFile - 4096 else {
      throw DescentError(
        .invalidInput, "the file would be larger than the 4 GB that a zip file holds",
        advice: "Keras opens the Descent file as it is")
    }
    let path = Array(name.utf8)
    let checksum = content.withUnsafeBufferPointer { UInt32(crc32_z(0, $0.baseAddress, $0.count)) }
    // Version 2.0, names in UTF-8, stored, 1 January 1980, check sum, both sizes, length of the name, no extra field.
    let shared: [[UInt8]] = [
      Self.bytes(UInt16(20)), Self.bytes(UInt16(1 << 11)), Self.bytes(UInt16(0)),
      Self.bytes(UInt16(0)), Self.bytes(UInt16(1 << 5 | 1)), Self.bytes(checksum),
      Self.bytes(UInt32(content.count)), Self.bytes(UInt32(content.count)),
      Self.bytes(UInt16(path.count)), Self.bytes(UInt16(0)),
    ]
    let header = Self.bytes(UInt32(0x0403_4B50)) + shared.flatMap { $0 } + path
    directory += Self.bytes(UInt32(0x0201_4B50)) + Self.bytes(UInt16(20))
    directory += shared.flatMap { $0 }
    // No comment, the first disk, no attributes.
    directory += [UInt8](repeating: 0, count: 10) + Self.bytes(UInt32(offset)) + path
    pieces += [header, content]
    members += 1
    offset += header.count + content.count
  }

  /// Adds the directory, which ends the file.
  mutating func finish() {
    let size = directory.count
    pieces.append(
      directory + Self.bytes(UInt32(0x0605_4B50)) + [UInt8](repeating: 0, count: 4)
        + Self.bytes(UInt16(members)) + Self.bytes(UInt16(members)) + Self.bytes(UInt32(size))
        + Self.bytes(UInt32(offset)) + Self.bytes(UInt16(0)))
  }

  private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
