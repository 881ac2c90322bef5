import Foundation

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Joins ranks that are threads of one process: what one sends is copied, and waits until the other takes it, or it is read where
/// it stands.
final class ThreadLink: RankLink, @unchecked Sendable {
  let rank: Int
  let count: Int
  private let post: Post
  /// Ranks of one number read each other's memory.
  private let machines: [Int]

  private init(_ rank: Int, _ machines: [Int], _ post: Post) {
    self.rank = rank
    self.machines = machines
    self.post = post
    count = machines.count
  }

  /// - Parameter machines: by rank, that it is on; nil: each on one of its own.
  static func joining(_ count: Int, machines: [Int]? = nil) -> [ThreadLink] {
    let post = Post()
    return (0..<count).map { ThreadLink($0, machines ?? Array(0..<count), post) }
  }

  func join(_ memory: ExchangeMemory) throws(DescentError) {
    var addresses = machines.map { _ in 0 }
    try addresses.withUnsafeMutableBufferPointer { addresses throws(DescentError) in
      addresses[rank] = Int(bitPattern: memory.floats.base)
      var transfers: [RankTransfer] = []
      for peer in machines.indices where peer != rank {
        transfers.append(RankTransfer(.send, peer, addresses.bytes(rank..<rank + 1)))
        transfers.append(RankTransfer(.receive, peer, addresses.bytes(peer..<peer + 1)))
      }
      try move(transfers)
    }
    memory.join(
      machines.indices.map { peer in
        peer != rank && machines[peer] == machines[rank]
          ? UnsafePointer(bitPattern: addresses[peer]) : nil
      }, keeping: [])
  }

  private var begun: [Int: [RankTransfer]] = [:]

  func move(_ transfers: [RankTransfer]) throws(DescentError) {
    try send(transfers, as: -1)
    try receive(transfers, as: -1)
  }

  func begin(_ transfers: [RankTransfer], as number: Int) throws(DescentError) {
    guard begun[number] == nil else {
      throw DescentError(.usage, "\(number) has begun twice")
    }
    begun[number] = transfers
    try send(transfers, as: number)
  }

  func finish(_ number: Int) throws(DescentError) {
    try receive(begun.removeValue(forKey: number) ?? [], as: number)
  }

  func progress() {}

  private func send(_ transfers: [RankTransfer], as number: Int) throws(DescentError) {
    for transfer in transfers where transfer.direction == .send {
      try post.send(Array(transfer.bytes), as: [number, rank, transfer.peer])
    }
  }

  private func receive(_ transfers: [RankTransfer], as number: Int) throws(DescentError) {
    for transfer in transfers where transfer.direction == .receive {
      let bytes = try post.receive([number, transfer.peer, rank])
      guard bytes.count == transfer.bytes.count else {
        throw DescentError(
          .inputOutput, "\(bytes.count) bytes came for \(transfer.bytes.count)")
      }
      transfer.bytes.copyBytes(from: bytes)
    }
  }

  func leave(because error: DescentError) { post.leave(error) }

  private final class Post: @unchecked Sendable {
    private let condition = NSCondition()
    private var waiting: [[Int]: [[UInt8]]] = [:]
    private var failure: DescentError?

    /// - Parameter address: by what number, from whom, and to whom.
    func send(_ bytes: [UInt8], as address: [Int]) throws(DescentError) {
      condition.lock()
      defer { condition.unlock() }
      if let failure { throw failure }
      waiting[address, default: []].append(bytes)
      condition.broadcast()
    }

    func receive(_ address: [Int]) throws(DescentError) -> [UInt8] {
      condition.lock()
      defer { condition.unlock() }
      let limit = Date(timeIntervalSinceNow: 120)
      while true {
        if let bytes = waiting[address]?.first {
          waiting[address]?.removeFirst()
          return bytes
        }
        if let failure { throw failure }
        guard condition.wait(until: limit) else {
          throw DescentError(.inputOutput, "another rank has not come")
        }
      }
    }

    func leave(_ error: DescentError) {
      condition.withLock {
        failure = failure ?? error
        condition.broadcast()
      }
    }
  }
}
