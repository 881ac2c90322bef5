import CCompression

/// Decompresses Zstandard (RFC 8878) by libzstd.
final class ZstdDecompressor: Decompressor {
  private typealias Step =
    @convention(c) (UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer) ->
    Int

  private let decompress: Step
  private let reset: @convention(c) (UnsafeMutableRawPointer) -> Int
  private let end: @convention(c) (UnsafeMutableRawPointer) -> Int
  private let isError: @convention(c) (Int) -> UInt32
  private let reason: @convention(c) (Int) -> UnsafePointer<CChar>?
  private let stream: UnsafeMutableRawPointer

  init() throws(DescentError) {
    let library = try SystemLibrary(
      ["libzstd.so.1", "libzstd.1.dylib"], for: .zstd, package: "libzstd1", command: "zstd -d")
    decompress = try library.function("ZSTD_decompressStream", as: Step.self)
    reset = try library.function(
      "ZSTD_initDStream", as: (@convention(c) (UnsafeMutableRawPointer) -> Int).self)
    end = try library.function(
      "ZSTD_freeDStream", as: (@convention(c) (UnsafeMutableRawPointer) -> Int).self)
    isError = try library.function("ZSTD_isError", as: (@convention(c) (Int) -> UInt32).self)
    reason = try library.function(
      "ZSTD_getErrorName", as: (@convention(c) (Int) -> UnsafePointer<CChar>?).self)
    let begin = try library.function(
      "ZSTD_createDStream", as: (@convention(c) () -> UnsafeMutableRawPointer?).self)
    guard let stream = begin() else {
      throw DescentError(.inputOutput, "libzstd could not start")
    }
    self.stream = stream
    restart()
  }

  deinit { _ = end(stream) }

  func restart() { _ = reset(stream) }

  func advance(
    _ source: UnsafeBufferPointer<UInt8>, _ room: UnsafeMutableBufferPointer<UInt8>
  ) -> Decompression {
    var input = descent_zstd_in(source: source.baseAddress, size: source.count, position: 0)
    var output = descent_zstd_out(target: room.baseAddress, size: room.count, position: 0)
    let status = decompress(stream, &output, &input)
    let state: Decompression.State =
      isError(status) != 0
      ? .corrupt(reason(status).map { String(cString: $0) } ?? "code \(status)")
      : status == 0 ? .ended : .goesOn
    return Decompression(consumed: input.position, produced: output.position, state: state)
  }
}
