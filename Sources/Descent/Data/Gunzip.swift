import CZlib

/// Decompression of gzip files (RFC 1952), those of several members included.
enum Gunzip {
  /// Whether the content begins with gzip's magic bytes.
  static func isGzip(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
  }

  /// The decompressed content.
  ///
  /// The members' check sums and lengths are verified; zero bytes after the last member are
  /// padding, anything else is refused. Memory grows with what is really decompressed, whatever the
  /// file says of its size.
  ///
  /// - Throws: `.invalidInput` naming the file if it is truncated or corrupt, or holds more than
  ///   `limit` bytes.
  static func decompress(
    _ input: [UInt8], name: String, limit: Int
  ) throws(DescentError) -> [UInt8] {
    var stream = z_stream()
    // 15 bits is the largest window, and 16 more asks for gzip rather than zlib framing.
    let status = inflateInit2_(
      &stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw DescentError(.inputOutput, "zlib could not start (code \(status))", at: name)
    }
    defer { inflateEnd(&stream) }

    var output: [UInt8] = []
    // The last four bytes say the size, but deflate cannot shrink more than 1032-fold.
    output.reserveCapacity(min(sizeHint(input), input.count.multipliedSaturating(by: 1032), limit))
    let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
    defer { piece.deallocate() }

    let failure = input.withUnsafeBufferPointer { source -> DescentError? in
      var consumed = 0
      while true {
        // zlib counts in 32 bits.
        let offered = min(source.count - consumed, 1 << 30)
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress! + consumed)
        stream.avail_in = UInt32(offered)
        stream.next_out = piece.baseAddress
        stream.avail_out = UInt32(piece.count)
        let status = inflate(&stream, Z_NO_FLUSH)
        consumed += offered - Int(stream.avail_in)
        let produced = piece.count - Int(stream.avail_out)
        guard output.count <= limit - produced else {
          return FileBytes.tooLarge(name: name, limit: limit)
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: piece[..<produced]))

        switch status {
        case Z_OK where consumed < source.count || produced == piece.count: continue
        case Z_OK, Z_BUF_ERROR:
          return DescentError(
            .invalidInput, "the gzip data ends too early", at: name,
            advice: "the file is incomplete: fetch or write it again")
        case Z_STREAM_END:
          let rest = source[consumed...]
          if rest.allSatisfy({ $0 == 0 }) { return nil }
          guard rest.count >= 2, rest[consumed] == 0x1F, rest[consumed + 1] == 0x8B else {
            return DescentError(
              .invalidInput, "\(rest.count) bytes that are not gzip follow the gzip data", at: name,
              advice: "fetch or write the file again")
          }
          inflateReset(&stream)
        default:
          let reason = stream.msg.map { String(cString: $0) } ?? "code \(status)"
          return DescentError(
            .invalidInput, "the gzip data is corrupt at byte \(consumed): \(reason)", at: name,
            advice: "fetch or write the file again")
        }
      }
    }
    if let failure { throw failure }
    return output
  }

  private static func sizeHint(_ input: [UInt8]) -> Int {
    guard input.count >= 18 else { return 0 }
    return input.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

extension Int {
  /// The product, or `Int.max` where that is too large. For factors that are not negative.
  func multipliedSaturating(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
