import CZlib

/// The members of a zip file, of which NumPy's `.npz` are an example: stored or deflated, without encryption.
package struct ZipArchive {
  /// What is known of a member before it is read.
  private struct Member {
    var name: String
    var isEncrypted: Bool
    var method: Int
    var checksum: Int
    var compressedSize: Int
    var size: Int
    var offset: Int
  }

  private let file: FileBytes
  private let members: [Member]

  /// The members' names, in the order of the directory.
  package var names: [String] { members.map(\.name) }

  /// Whether content begins as a zip file does.
  package static func recognises(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
  }

  /// Reads the directory at the file's end.
  ///
  /// - Throws: `.invalidInput` naming the file where there is none, or it does not lie within the file.
  package init(_ file: FileBytes) throws(DescentError) {
    self.file = file
    let bytes = file.bytes
    let least = 22
    // The end record is followed by a comment of at most 65,535 bytes.
    var end = bytes.count - least
    let first = max(0, end - 65_535)
    while end >= first, Self.number(bytes, end, 4) != 0x0605_4B50 { end -= 1 }
    guard end >= first, let count = Self.number(bytes, end + 10, 2),
      var position = Self.number(bytes, end + 16, 4)
    else { throw Self.damaged(file, "has no directory at its end") }
    guard position != 0xFFFF_FFFF, count != 0xFFFF else {
      throw DescentError(
        .invalidInput, "is a zip file of more than 4 GB or 65,534 members", at: file.name,
        advice: "give its arrays as .npy files")
    }
    var members: [Member] = []
    for _ in 0..<count {
      guard Self.number(bytes, position, 4) == 0x0201_4B50,
        let flags = Self.number(bytes, position + 8, 2),
        let method = Self.number(bytes, position + 10, 2),
        let checksum = Self.number(bytes, position + 16, 4),
        let compressedSize = Self.number(bytes, position + 20, 4),
        let size = Self.number(bytes, position + 24, 4),
        let nameLength = Self.number(bytes, position + 28, 2),
        let extraLength = Self.number(bytes, position + 30, 2),
        let commentLength = Self.number(bytes, position + 32, 2),
        let offset = Self.number(bytes, position + 42, 4),
        position + 46 + nameLength <= bytes.count
      else { throw Self.damaged(file, "has a directory that is cut short") }
      let name = String(decoding: bytes[position + 46..<position + 46 + nameLength], as: UTF8.self)
      members.append(
        Member(
          name: name, isEncrypted: flags & 1 != 0, method: method, checksum: checksum,
          compressedSize: compressedSize, size: size, offset: offset))
      position += 46 + nameLength + extraLength + commentLength
    }
    self.members = members
  }

  /// A member's content, its check sum verified.
  ///
  /// - Throws: `.invalidInput` where it is not there, damaged, encrypted, or compressed by another method, or holds
  ///   more than `limit` bytes.
  package func read(_ name: String, limit: Int = FileBytes.defaultLimit) throws(DescentError)
    -> [UInt8]
  {
    guard let member = members.first(where: { $0.name == name }) else {
      throw DescentError(
        .invalidInput, "has no member \(name)", at: file.name,
        advice: "it has \(names.prefix(12).joined(separator: ", "))")
    }
    let bytes = file.bytes
    guard !member.isEncrypted, member.method == 0 || member.method == 8 else {
      throw DescentError(
        .invalidInput, "\(name) is encrypted or compressed by the method \(member.method)",
        at: file.name, advice: "write it with numpy.savez or numpy.savez_compressed")
    }
    guard Self.number(bytes, member.offset, 4) == 0x0403_4B50,
      let nameLength = Self.number(bytes, member.offset + 26, 2),
      let extraLength = Self.number(bytes, member.offset + 28, 2)
    else { throw Self.damaged(file, "does not hold \(name) where its directory says") }
    let start = member.offset + 30 + nameLength + extraLength
    guard start + member.compressedSize <= bytes.count else {
      throw Self.damaged(file, "ends within \(name)")
    }
    guard member.size <= limit else {
      throw FileBytes.tooLarge(name: file.name, size: member.size, limit: limit)
    }
    let packed = bytes[start..<start + member.compressedSize]
    let content = member.method == 0 ? Array(packed) : Self.inflated(packed, size: member.size)
    guard let content, content.count == member.size, Self.checksum(content) == member.checksum
    else { throw Self.damaged(file, "holds \(name) with a wrong length or check sum") }
    return content
  }

  private static func damaged(_ file: FileBytes, _ problem: String) -> DescentError {
    DescentError(
      .invalidInput, problem, at: file.name,
      advice: "the zip file is damaged: fetch or write it again")
  }

  /// A little-endian number; nil where it is not within the file.
  private static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    return (0..<size).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  private static func checksum(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { Int(crc32_z(0, $0.baseAddress, $0.count)) }
  }

  /// The content of raw deflate data; nil where that is damaged or not of this size.
  private static func inflated(_ packed: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    // Deflate cannot shrink more than 1032-fold, so a small file cannot make us take much.
    guard size <= packed.count.multipliedSaturating(by: 1032) else { return nil }
    var stream = z_stream()
    // Minus 15 bits: the largest window, and no framing.
    guard
      inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    var isWhole = false
    let content = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      packed.withUnsafeBufferPointer { source in
        var consumed = 0
        while true {
          // zlib counts in 32 bits.
          let offered = min(source.count - consumed, 1 << 30)
          let room = min(size - count, 1 << 30)
          stream.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + consumed) }
          stream.avail_in = UInt32(offered)
          stream.next_out = buffer.baseAddress.map { $0 + count }
          stream.avail_out = UInt32(room)
          let status = inflate(&stream, Z_NO_FLUSH)
          let taken = offered - Int(stream.avail_in)
          let made = room - Int(stream.avail_out)
          consumed += taken
          count += made
          if status == Z_STREAM_END { isWhole = true }
          guard status == Z_OK, taken > 0 || made > 0 else { return }
        }
      }
    }
    return isWhole ? content : nil
  }
}
