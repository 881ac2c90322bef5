/// What one call of a decompressor has done.
struct Decompression {
  enum State {
    case goesOn
    /// A member has come to its end.
    case ended
    case corrupt(String)
  }

  var consumed: Int
  var produced: Int
  var state: State
}

/// Decompresses members of one format, one after another.
protocol Decompressor: AnyObject {
  /// Takes some of the source and fills some of the room. It does neither only where it wants more of the source.
  func advance(
    _ source: UnsafeBufferPointer<UInt8>, _ room: UnsafeMutableBufferPointer<UInt8>
  ) -> Decompression

  /// Begins another member.
  /// - Throws: where there is no memory for it.
  func restart() throws(DescentError)

  /// How much is surely worth being made room for at first.
  func size(of source: UnsafeBufferPointer<UInt8>) -> Int
}

extension Decompressor {
  func size(of source: UnsafeBufferPointer<UInt8>) -> Int { 0 }
}

/// The content of compressed members, one after another.
final class CompressedStream {
  private let source: UnsafeBufferPointer<UInt8>
  private let format: Compression
  private let decompressor: any Decompressor
  private let name: String
  private var consumed = 0
  private var isAtEnd = false

  /// - Parameters:
  ///   - source: the compressed bytes, which have to outlive this.
  ///   - name: what messages call them.
  init(
    _ source: UnsafeBufferPointer<UInt8>, _ format: Compression, _ decompressor: any Decompressor,
    name: String
  ) {
    self.source = source
    self.format = format
    self.decompressor = decompressor
    self.name = name
  }

  /// Decompresses into a buffer until it is full or all members have ended; returns the bytes written.
  ///
  /// - Throws: `.invalidInput` if the data ends too early, is corrupt, or something else follows it.
  func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(DescentError) -> Int {
    var produced = 0
    while produced < buffer.count, !isAtEnd {
      let step = decompressor.advance(
        UnsafeBufferPointer(rebasing: source[consumed...]),
        UnsafeMutableBufferPointer(rebasing: buffer[produced...]))
      consumed += step.consumed
      produced += step.produced
      switch step.state {
      case .goesOn where step.consumed > 0 || step.produced > 0: continue
      case .goesOn:
        throw DescentError(
          .invalidInput, "the \(format.rawValue) data ends too early", at: name,
          advice: "the file is incomplete: fetch or write it again")
      case .ended: try beginNextMember()
      case .corrupt(let reason):
        throw DescentError(
          .invalidInput, "the \(format.rawValue) data is corrupt at byte \(consumed): \(reason)",
          at: name, advice: "fetch or write the file again")
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
    guard format.begins(rest) else {
      throw DescentError(
        .invalidInput,
        "\(rest.count) bytes that are not \(format.rawValue) follow the \(format.rawValue) data",
        at: name, advice: "fetch or write the file again")
    }
    try decompressor.restart()
  }
}
