/// Carries memory between ranks: the processes that train one model together, on one machine or on several.
///
/// Calls come in the same order to all ranks, from one thread of each at a time.
public protocol RankLink: AnyObject, Sendable {
  /// The number of this process among `count`.
  var rank: Int { get }
  var count: Int { get }

  /// Sends and receives, all at once; returns when everything has come and gone. What two ranks send each other arrives in
  /// the order in which it was sent.
  ///
  /// - Throws: where another rank is lost, or has left. Nothing can be moved any more then.
  func move(_ transfers: [RankTransfer]) throws(DescentError)

  /// The same, but returns at once; what is called by one number is finished before another begins by it.
  func begin(_ transfers: [RankTransfer], as number: Int) throws(DescentError)

  /// Returns when everything that was begun by a number has come and gone; at once where nothing was.
  func finish(_ number: Int) throws(DescentError)

  /// Moves on what has begun. May be called from several threads, between other calls and never during one.
  func progress()

  /// Memory for so many floats, zeroed, which ranks of the same machine may be able to read. This alone waits for nobody.
  func allocate(floats: Int) -> ExchangeMemory

  /// Finds out which ranks read each other's memory where it stands: both of two, or neither.
  func join(_ memory: ExchangeMemory) throws(DescentError)

  /// This rank ends in the middle of something: the others' calls are to fail.
  func leave(because error: DescentError)
}

extension RankLink {
  public func allocate(floats: Int) -> ExchangeMemory { ExchangeMemory(count: floats) }
  public func join(_ memory: ExchangeMemory) throws(DescentError) {}
}

/// Memory that goes to another rank, or comes from one.
public struct RankTransfer {
  public enum Direction: Sendable {
    case send, receive
  }

  public var direction: Direction
  public var peer: Int
  public var bytes: UnsafeMutableRawBufferPointer

  public init(
    _ direction: Direction, _ peer: Int, _ bytes: UnsafeMutableRawBufferPointer
  ) {
    self.direction = direction
    self.peer = peer
    self.bytes = bytes
  }
}

extension [RankTransfer] {
  /// Has both tell each other that something is so; no bytes go with it.
  mutating func appendSigns(with peer: Int) {
    let nothing = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    append(RankTransfer(.send, peer, nothing))
    append(RankTransfer(.receive, peer, nothing))
  }
}
