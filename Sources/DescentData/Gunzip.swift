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
    // The last four bytes say the size, but deflate cannot shrink more than 1032-fold.
    let size = min(sizeHint(input), input.count.multipliedSaturating(by: 1032), limit)
    return try input.withUnsafeBufferPointer { source throws(DescentError) in
      let stream = try GzipStream(source, name: name)
      var failure: DescentError?
      var output = [UInt8](inHugePages: size) { buffer in
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

  private static func sizeHint(_ input: [UInt8]) -> Int {
    guard input.count >= 18 else { return 0 }
    return input.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
