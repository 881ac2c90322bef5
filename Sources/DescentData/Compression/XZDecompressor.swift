import CCompression

/// Decompresses xz by liblzma.
final class XZDecompressor: Decompressor {
  private let begin: @convention(c) (UnsafeMutableRawPointer, UInt64, UInt32) -> UInt32
  private let decompress: @convention(c) (UnsafeMutableRawPointer, UInt32) -> UInt32
  private let end: @convention(c) (UnsafeMutableRawPointer) -> Void
  private let memory: UInt64
  /// In memory that does not move: the library keeps its address.
  private let stream: UnsafeMutablePointer<descent_lzma_stream>

  /// As much as the largest of xz's own settings takes.
  private static let leastMemory = 1 << 27
  private static let streamEnd: UInt32 = 1
  private static let noProgress: UInt32 = 10
  private static let problems: [UInt32: String] = [
    5: "there is no memory for it", 6: "it wants more memory than there is",
    7: "a stream begins otherwise", 8: "it uses what this version of liblzma does not know",
    9: "a check sum or a block is wrong",
  ]

  /// - Parameter memory: how many bytes of its own it may take, whatever the file says.
  init(memory: Int) throws(DescentError) {
    let library = try SystemLibrary(
      ["liblzma.so.5", "liblzma.5.dylib"], for: .xz, package: "liblzma5", command: "xz -d")
    begin = try library.function(
      "lzma_stream_decoder",
      as: (@convention(c) (UnsafeMutableRawPointer, UInt64, UInt32) -> UInt32).self)
    decompress = try library.function(
      "lzma_code", as: (@convention(c) (UnsafeMutableRawPointer, UInt32) -> UInt32).self)
    end = try library.function(
      "lzma_end", as: (@convention(c) (UnsafeMutableRawPointer) -> Void).self)
    self.memory = UInt64(max(Self.leastMemory, memory))
    stream = .allocate(capacity: 1)
    stream.initialize(to: descent_lzma_stream())
    try restart()
  }

  deinit {
    end(stream)
    stream.deallocate()
  }

  func restart() throws(DescentError) {
    guard begin(stream, memory, 0) == 0 else {
      throw DescentError(.inputOutput, "liblzma could not start")
    }
  }

  func advance(
    _ source: UnsafeBufferPointer<UInt8>, _ room: UnsafeMutableBufferPointer<UInt8>
  ) -> Decompression {
    stream.pointee.next_in = source.baseAddress
    stream.pointee.avail_in = source.count
    stream.pointee.next_out = room.baseAddress
    stream.pointee.avail_out = room.count
    let status = decompress(stream, 0)
    return Decompression(
      consumed: source.count - stream.pointee.avail_in,
      produced: room.count - stream.pointee.avail_out,
      state: status == 0 || status == Self.noProgress
        ? .goesOn
        : status == Self.streamEnd ? .ended : .corrupt(Self.problems[status] ?? "code \(status)"))
  }
}
