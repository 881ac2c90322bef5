import CZlib

/// Decompresses gzip (RFC 1952) by zlib.
final class GzipDecompressor: Decompressor {
  /// In memory that does not move: zlib keeps its address.
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws(DescentError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits is the largest window, and 16 more asks for gzip rather than zlib framing.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw DescentError(.inputOutput, "zlib could not start (code \(status))")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  func restart() { inflateReset(stream) }

  /// The last four bytes say the size, but deflate cannot shrink more than 1032-fold.
  func size(of source: UnsafeBufferPointer<UInt8>) -> Int {
    guard source.count >= 18 else { return 0 }
    let hint = source.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    return min(hint, source.count.multipliedSaturating(by: 1032))
  }

  func advance(
    _ source: UnsafeBufferPointer<UInt8>, _ room: UnsafeMutableBufferPointer<UInt8>
  ) -> Decompression {
    // zlib counts in 32 bits.
    let (offered, space) = (min(source.count, 1 << 30), min(room.count, 1 << 30))
    stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
    stream.pointee.avail_in = UInt32(offered)
    stream.pointee.next_out = room.baseAddress
    stream.pointee.avail_out = UInt32(space)
    let status = inflate(stream, Z_NO_FLUSH)
    let state: Decompression.State =
      switch status {
      case Z_OK, Z_BUF_ERROR: .goesOn
      case Z_STREAM_END: .ended
      default: .corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "code \(status)")
      }
    return Decompression(
      consumed: offered - Int(stream.pointee.avail_in),
      produced: space - Int(stream.pointee.avail_out), state: state)
  }
}
