import Foundation

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Joins ranks that are threads of one process: what one sends is copied, and waits until the other takes it.
final class ThreadLink: RankLink, @unchecked Sendable {
  let rank: Int
  let count: Int
  private let post: Post

  private init(_ rank: Int, _ count: Int, _ post: Post) {
    self.rank = rank
    self.count = count
    self.post = post
  }

  static func joining(_ count: Int) -> [ThreadLink] {
    let post = Post()
    return (0..<count).map { ThreadLink($0, count, post) }
  }

  func move(_ transfers: [RankTransfer]) throws(DescentError) {
    for transfer in transfers where transfer.direction == .send {
      try post.send(Array(transfer.bytes), from: rank, to: transfer.peer)
    }
    for transfer in transfers where transfer.direction == .receive {
      let bytes = try post.receive(from: transfer.peer, to: rank)
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

    func send(_ bytes: [UInt8], from: Int, to: Int) throws(DescentError) {
      condition.lock()
      defer { condition.unlock() }
      if let failure { throw failure }
      waiting[[from, to], default: []].append(bytes)
      condition.broadcast()
    }

    func receive(from: Int, to: Int) throws(DescentError) -> [UInt8] {
      condition.lock()
      defer { condition.unlock() }
      let limit = Date(timeIntervalSinceNow: 120)
      while true {
        if let bytes = waiting[[from, to]]?.first {
          waiting[[from, to]]?.removeFirst()
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
