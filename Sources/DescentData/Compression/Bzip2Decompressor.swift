import CCompression

/// Decompresses bzip2 by libbz2.
final class Bzip2Decompressor: Decompressor {
  private typealias Stream = UnsafeMutablePointer<descent_bz_stream>

  private let begin: @convention(c) (UnsafeMutableRawPointer, Int32, Int32) -> Int32
  private let decompress: @convention(c) (UnsafeMutableRawPointer) -> Int32
  private let end: @convention(c) (UnsafeMutableRawPointer) -> Int32
  /// In memory that does not move: the library keeps its address.
  private let stream: Stream
  private var isBegun = false

  private static let streamEnd: Int32 = 4
  private static let problems: [Int32: String] = [
    -3: "there is no memory for it", -4: "a check sum or a block is wrong",
    -5: "a block begins otherwise",
  ]

  init() throws(DescentError) {
    let library = try SystemLibrary(
      ["libbz2.so.1.0", "libbz2.so.1", "libbz2.dylib"], for: .bzip2, package: "libbz2-1.0",
      command: "bzip2 -d")
    begin = try library.function(
      "BZ2_bzDecompressInit",
      as: (@convention(c) (UnsafeMutableRawPointer, Int32, Int32) -> Int32).self)
    decompress = try library.function(
      "BZ2_bzDecompress", as: (@convention(c) (UnsafeMutableRawPointer) -> Int32).self)
    end = try library.function(
      "BZ2_bzDecompressEnd", as: (@convention(c) (UnsafeMutableRawPointer) -> Int32).self)
    stream = .allocate(capacity: 1)
    stream.initialize(to: descent_bz_stream())
    try restart()
  }

  deinit {
    if isBegun { _ = end(stream) }
    stream.deallocate()
  }

  func restart() throws(DescentError) {
    if isBegun { _ = end(stream) }
    stream.pointee = descent_bz_stream()
    isBegun = begin(stream, 0, 0) == 0
    guard isBegun else { throw DescentError(.inputOutput, "libbz2 could not start") }
  }

  func advance(
    _ source: UnsafeBufferPointer<UInt8>, _ room: UnsafeMutableBufferPointer<UInt8>
  ) -> Decompression {
    // It counts in 32 bits.
    let (offered, space) = (min(source.count, 1 << 30), min(room.count, 1 << 30))
    stream.pointee.next_in = UnsafeMutableRawPointer(mutating: source.baseAddress)?
      .assumingMemoryBound(to: CChar.self)
    stream.pointee.avail_in = UInt32(offered)
    stream.pointee.next_out = UnsafeMutableRawPointer(room.baseAddress)?
      .assumingMemoryBound(to: CChar.self)
    stream.pointee.avail_out = UInt32(space)
    let status = decompress(stream)
    return Decompression(
      consumed: offered - Int(stream.pointee.avail_in),
      produced: space - Int(stream.pointee.avail_out),
      state: status == 0
        ? .goesOn
        : status == Self.streamEnd ? .ended : .corrupt(Self.problems[status] ?? "code \(status)"))
  }
}
