import CZlib

/// The content of gzip members, one after another.
final class GzipStream {
  private let source: UnsafeBufferPointer<UInt8>
  private let name: String
  /// In memory that does not move: zlib keeps its address.
  private let stream: UnsafeMutablePointer<z_stream>
  private var consumed = 0
  private var isAtEnd = false

  /// - Parameters:
  ///   - source: the compressed bytes, which have to outlive this.
  ///   - name: what messages call them.
  init(_ source: UnsafeBufferPointer<UInt8>, name: String) throws(DescentError) {
    self.source = source
    self.name = name
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits is the largest window, and 16 more asks for gzip rather than zlib framing.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw DescentError(.inputOutput, "zlib could not start (code \(status))", at: name)
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Decompresses into a buffer until it is full or all members have ended; returns the bytes written.
  ///
  /// - Throws: `.invalidInput` if the data ends too early, is corrupt, or something else follows it.
  func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(DescentError) -> Int {
    var produced = 0
    while produced < buffer.count, !isAtEnd {
      // zlib counts in 32 bits.
      let offered = min(source.count - consumed, 1 << 30)
      let room = min(buffer.count - produced, 1 << 30)
      stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress! + consumed)
      stream.pointee.avail_in = UInt32(offered)
      stream.pointee.next_out = buffer.baseAddress! + produced
      stream.pointee.avail_out = UInt32(room)
      let status = inflate(stream, Z_NO_FLUSH)
      consumed += offered - Int(stream.pointee.avail_in)
      produced += room - Int(stream.pointee.avail_out)
      switch status {
      case Z_OK where consumed < source.count || stream.pointee.avail_out == 0: continue
      case Z_OK, Z_BUF_ERROR:
        throw DescentError(
          .invalidInput, "the gzip data ends too early", at: name,
          advice: "the file is incomplete: fetch or write it again")
      case Z_STREAM_END: try beginNextMember()
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(status)"
        throw DescentError(
          .invalidInput, "the gzip data is corrupt at byte \(consumed): \(reason)", at: name,
          advice: "fetch or write the file again")
      }
    }
    return produced
  }

  private func beginNextMember() throws(DescentError) {
    let rest = source[consumed...]
    if rest.allSatisfy({ $0 == 0 }) {
      isAtEnd = true
      return
    }
    guard rest.count >= 2, rest[consumed] == 0x1F, rest[consumed + 1] == 0x8B else {
      throw DescentError(
        .invalidInput, "\(rest.count) bytes that are not gzip follow the gzip data", at: name,
        advice: "fetch or write the file again")
    }
    inflateReset(stream)
  }
}
