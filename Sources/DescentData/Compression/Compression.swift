/// How the content of a file may be compressed, told by how it begins.
package enum Compression: String, CaseIterable, Sendable {
  case gzip, bzip2, xz, zstd

  /// The first bytes of content.
  private var magic: [UInt8] {
    switch self {
    case .gzip: [0x1F, 0x8B]
    case .bzip2: Array("BZh".utf8)
    case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
    case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
    }
  }

  /// That of content; nil where it is compressed in no way that is known.
  init?(_ bytes: some Collection<UInt8>) {
    guard let found = Self.allCases.first(where: { $0.begins(bytes) }) else { return nil }
    self = found
  }

  /// Whether content begins so.
  func begins(_ bytes: some Collection<UInt8>) -> Bool {
    guard bytes.starts(with: magic) else { return false }
    // Text may begin with the letters; what follows them it has not.
    guard self == .bzip2 else { return true }
    let block = bytes.dropFirst(4).prefix(6)
    return block.elementsEqual([0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
      || block.elementsEqual([0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
  }

  /// What a name ends with whose file is compressed.
  private static let endings = [".gz", ".bz2", ".xz", ".zst", ".zip"]

  /// A file's name without the ending that says how it is compressed.
  package static func trimming(_ name: String) -> String {
    let small = name.lowercased()
    guard let ending = endings.first(where: small.hasSuffix) else { return name }
    return String(name.dropLast(ending.count))
  }

  /// - Throws: where the system's library for it is not there.
  private func decompressor(limit: Int) throws(DescentError) -> any Decompressor {
    switch self {
    case .gzip: try GzipDecompressor()
    case .bzip2: try Bzip2Decompressor()
    case .xz: try XZDecompressor(memory: limit)
    case .zstd: try ZstdDecompressor()
    }
  }

  /// The decompressed content.
  ///
  /// Check sums and lengths are verified; zero bytes after the last member are padding, anything else is refused. Memory
  /// grows with what is really decompressed, whatever the file says of its size.
  ///
  /// - Throws: `.invalidInput` naming the file if it is truncated or corrupt, or holds more than `limit` bytes, or the system
  ///   has no library for it.
  func decompress(
    _ input: [UInt8], name: String, limit: Int
  ) throws(DescentError) -> [UInt8] {
    let decompressor: any Decompressor
    do throws(DescentError) { decompressor = try self.decompressor(limit: limit) } catch {
      throw DescentError(error.kind, error.problem, at: name, advice: error.advice)
    }
    return try input.withUnsafeBufferPointer { source throws(DescentError) in
      let stream = CompressedStream(source, self, decompressor, name: name)
      var failure: DescentError?
      var output = [UInt8](inHugePages: min(decompressor.size(of: source), limit)) { buffer in
        do throws(DescentError) { return try stream.read(into: buffer) } catch { failure = error }
        return 0
      }
      if let failure { throw failure }
      // Several members are more than the last of them says.
      let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
      defer { piece.deallocate() }
      while true {
        let count = try stream.read(into: piece)
        guard count > 0 else { return output }
        guard output.count <= limit - count else {
          throw FileBytes.tooLarge(name: name, limit: limit)
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: piece[..<count]))
      }
    }
  }

  /// The only member of a zip file.
  ///
  /// - Throws: `.invalidInput` where there is none, or more than one.
  static func unzip(_ bytes: [UInt8], name: String, limit: Int) throws(DescentError) -> [UInt8] {
    let archive = try ZipArchive(FileBytes(name: name, text: bytes))
    // Folders, and what macOS adds of its own.
    let members = archive.names.filter { !$0.hasSuffix("/") && !$0.hasPrefix("__MACOSX/") }
    guard members.count == 1 else {
      throw DescentError(
        .invalidInput, "holds \(members.isEmpty ? "no file" : "\(members.count) files")", at: name,
        advice: "a zip file of one table is read: unpack it, and name the file that is meant"
          + (members.isEmpty ? "" : ", such as \(members[0])"))
    }
    return try archive.read(members[0], limit: limit)
  }
}
