import Foundation

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Joins engines of one process, each on a thread of its own: what one comes with the others read in its memory.
final class ThreadExchange: GradientExchange, @unchecked Sendable {
  let groups: Range<Int>
  let number: Int
  let count: Int
  private let meeting: Meeting

  private init(_ number: Int, groups: Range<Int>, meeting: Meeting) {
    self.number = number
    count = meeting.count
    self.groups = groups
    self.meeting = meeting
  }

  /// The exchanges of as many engines as there are shares.
  ///
  /// - Parameter calls: after so many, the exchange fails.
  static func joining(_ shares: [Range<Int>], calls: Int = .max) -> [ThreadExchange] {
    let meeting = Meeting(shares.count, calls: calls)
    return shares.indices.map { ThreadExchange($0, groups: shares[$0], meeting: meeting) }
  }

  func add(_ sums: GroupSums<Float>) throws(DescentError) { try add(sums, +) }
  func add(_ sums: GroupSums<Double>) throws(DescentError) { try add(sums, +) }

  private func add<Element>(
    _ sums: GroupSums<Element>, _ plus: (Element, Element) -> Element
  ) throws(DescentError) {
    let all = try meeting.parts(number, sums).compactMap { $0 as? GroupSums<Element> }
    let nodes = all.flatMap(\.nodes)
    var vectors = all.flatMap { sums in sums.nodes.indices.map { Array(sums[$0]) } }
    GroupTree.add(nodes, upTo: sums.tree.root) { sum, other in
      for index in 0..<sums.count {
        vectors[sum][index] = plus(vectors[sum][index], vectors[other][index])
      }
    }
    // Nobody writes where others may still be reading.
    _ = try meeting.parts(number, ())
    _ = sums[0].update(fromContentsOf: vectors[0])
  }

  func gather(
    _ values: UnsafeMutableBufferPointer<Float>, own: Range<Int>
  ) throws(DescentError) {
    let all = try meeting.parts(number, Array(values[own])).compactMap { $0 as? [Float] }
    _ = values.update(fromContentsOf: all.joined())
  }

  func leave(because error: DescentError) { meeting.leave(error) }

  /// Where the engines wait for one another.
  private final class Meeting: @unchecked Sendable {
    private let condition = NSCondition()
    let count: Int
    private var callsLeft: Int
    private var parts: [Int: Any] = [:]
    private var complete: [Any] = []
    private var meetings = 0
    private var failure: DescentError?

    init(_ count: Int, calls: Int) {
      self.count = count
      callsLeft = calls
    }

    func leave(_ error: DescentError) {
      condition.withLock {
        failure = error
        condition.broadcast()
      }
    }

    /// What all have come with, in their order.
    func parts(_ number: Int, _ part: Any) throws(DescentError) -> [Any] {
      condition.lock()
      defer { condition.unlock() }
      parts[number] = part
      let own = meetings
      if parts.count == count {
        complete = (0..<count).compactMap { parts[$0] }
        parts = [:]
        meetings += 1
        callsLeft -= 1
        condition.broadcast()
      }
      // Whoever fails before it comes here would be waited for without end.
      let limit = Date(timeIntervalSinceNow: 120)
      while meetings == own && failure == nil {
        guard condition.wait(until: limit) else {
          throw DescentError(.inputOutput, "another engine has not come")
        }
      }
      if let failure { throw failure }
      guard callsLeft >= 0 else { throw DescentError(.inputOutput, "the line is dead") }
      return complete
    }
  }
}

/// Calls with 0, 1, … on as many threads at once, and comes back when all are done.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
  let group = DispatchGroup()
  let failures = Failures()
  for number in 0..<count {
    group.enter()
    Thread {
      do { try body(number) } catch { failures.add(error) }
      group.leave()
    }.start()
  }
  group.wait()
  if let error = failures.all.first { throw error }
}

private final class Failures: @unchecked Sendable {
  private let lock = NSLock()
  private var errors: [any Error] = []
  func add(_ error: any Error) { lock.withLock { errors.append(error) } }
  var all: [any Error] { lock.withLock { errors } }
}
