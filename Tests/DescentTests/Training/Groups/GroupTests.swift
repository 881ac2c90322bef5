import Foundation
import Kernels
import Synchronization
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// A result depends on the number of groups, and not on who formed which: one engine or several, on any threads.
@Suite struct GroupTests {
  /// The shares of engines that make up so many groups.
  private static let shares: [[Range<Int>]] = [
    [0..<1, 1..<2], [0..<2, 2..<4], [0..<1, 1..<4], [0..<1, 1..<2, 2..<4],
  ]

  @Test(arguments: SharedRun.all)
  func enginesTogetherGiveTheBitsOfOne(run: SharedRun) throws {
    let expected = try [2, 4].map { try run.bits(groups: $0, threads: 1) }
    for (number, groups) in [2, 4].enumerated() {
      #expect(try run.bits(groups: groups, threads: 3) == expected[number], "\(groups) groups")
    }
    for shares in Self.shares {
      let own = expected[shares.last?.upperBound == 2 ? 0 : 1]
      let found = try run.bits(shares: shares, threads: shares.count == 2 ? 2 : 1)
      #expect(found.count == shares.count)
      for (bits, share) in zip(found, shares) { #expect(bits == own, "\(share) of \(shares)") }
    }
  }

  /// Numbers that are no power of two, on every kernel set.
  @Test(arguments: KernelSet.available)
  func anyNumberOfGroups(kernels: KernelSet) throws {
    let run = SharedRun.all[0]
    for shares in [[0..<1, 1..<3], [0..<3, 3..<5], [0..<2, 2..<3, 3..<7]] {
      let groups = shares[shares.count - 1].upperBound
      let expected = try run.bits(groups: groups, threads: 2, kernels: kernels)
      for bits in try run.bits(shares: shares, threads: 2, kernels: kernels) {
        #expect(bits == expected, "\(shares)")
      }
    }
  }

  /// Not a promise but a check of the tests above: bits tell numbers of groups apart, and one group is none at all.
  @Test func groupsMatter() throws {
    var run = SharedRun.all[0]
    run.shards = .count(8)
    let all = try [1, 2, 4].map { try run.bits(groups: $0, threads: 2) }
    #expect(all[0] != all[1] && all[1] != all[2] && all[0] != all[2])
    #expect(all[0].stepCosts[0] == all[1].stepCosts[0])
  }

  // MARK: - Decisions

  private static func run(
    _ shares: [Range<Int>], calls: Int = .max,
    _ body: @escaping @Sendable (Int, Trainer) throws -> Void
  ) throws {
    let exchanges = ThreadExchange.joining(shares, calls: calls)
    try onThreads(shares.count) { number in
      let trainer = try SharedRun.all[0].trainer(
        groups: shares[shares.count - 1].upperBound, exchange: exchanges[number], threads: 1)
      try body(number, trainer)
    }
  }

  /// One engine is asked, or has a deadline: all come to rest after the same step, and go on to the same bits.
  @Test func allStopAndPauseAtTheSameStep() throws {
    let expected = try SharedRun.all[0].bits(groups: 4, threads: 1)
    try Self.run([0..<2, 2..<4]) { number, trainer in
      if number == 1 { trainer.control.requestStop() }
      #expect(try trainer.advance() == .stopped)
      trainer.control.clearStop()
      #expect(trainer.state.step == 1)
      #expect(try trainer.advance(until: number == 0 ? 0 : nil) == .paused)
      #expect(trainer.state.step == 2)
      try trainer.run(epochs: 2)
      try expectBits(of: trainer, number, expected)
    }
  }

  /// The predictions that a metric needs of a whole epoch are all there wherever it comes to rest.
  @Test func everyEngineKeepsAllPredictions() throws {
    let alone = try SharedRun.all[0].trainer(groups: 2, threads: 1)
    _ = try alone.advance(until: 0)
    let expected = alone.state.predictions
    #expect(expected.count == 16 * 3)
    try Self.run([0..<1, 1..<2]) { _, trainer in
      _ = try trainer.advance(until: 0)
      #expect(trainer.state.predictions == expected)
    }
  }

  /// The error comes out, at once and ever after, and no step is counted that was not done.
  @Test(arguments: [0, 3, 40])
  func aBrokenExchangeEndsTheRun(calls: Int) throws {
    try Self.run([0..<1, 1..<2], calls: calls) { _, trainer in
      var steps = 0
      let error = #expect(throws: DescentError.self) {
        while true {
          _ = try trainer.advance(until: 0)
          steps += 1
        }
      }
      #expect(error?.problem == "the line is dead")
      #expect(trainer.state.step == steps)
      #expect(throws: DescentError.self) { try trainer.advance() }
    }
  }

  /// One engine cannot have its rows: the others do not wait for it.
  @Test func lostRowsEndTheRunOfAll() throws {
    let run = SharedRun.all[0]
    let exchanges = ThreadExchange.joining([0..<2, 2..<4])
    try onThreads(2) { number in
      let trainer = try run.trainer(groups: 4, exchange: exchanges[number], threads: 1)
      let data = try run.data(run.rows, seed: 5)
      let rows = WatchedRows(data)
      try trainer.prepare(
        on: Dataset(rows: rows, targets: data.targets), validation: try run.data(20, seed: 6))
      if number == 1 { rows.fail(afterGathering: 3) }
      let error = #expect(throws: DescentError.self) { try trainer.run(epochs: 2) }
      #expect(error?.problem == "the disk is gone")
      #expect(trainer.state.step < 7)
    }
  }

  /// Each engine is told of the rows that it will gather, and gathers no others.
  @Test func enginesGatherTheirOwnRows() throws {
    let run = SharedRun.all[0]
    let exchanges = ThreadExchange.joining([0..<2, 2..<4])
    let all = Mutex<[UInt32]>([])
    try onThreads(2) { number in
      let trainer = try run.trainer(groups: 4, exchange: exchanges[number], threads: 1)
      let data = try run.data(run.rows, seed: 5)
      let rows = WatchedRows(data)
      try trainer.prepare(
        on: Dataset(rows: rows, targets: data.targets), validation: try run.data(20, seed: 6))
      rows.clear()
      try trainer.run(epochs: 1)
      let (expected, gathered) = rows.seen
      #expect(expected.count == 1 && Set(expected[0]) == gathered[0])
      all.withLock { $0 += expected[0] }
    }
    #expect(all.withLock { $0.sorted() } == (0..<107).map { UInt32($0) })
  }

  /// A file knows the groups, and whoever goes on from it shares them as it likes.
  @Test func aRunGoesOnFromItsFileWithAnyNumberOfEngines() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("run.h5")
    var run = SharedRun.all[0]
    run.metrics = [Accuracy()]
    let expected = try run.bits(groups: 4, threads: 1)
    let first = try run.trainer(groups: 4, threads: 2)
    for _ in 0..<3 { _ = try first.advance(until: 0) }
    try first.save(to: path)
    let shares = [[0..<4], [0..<3, 3..<4], [0..<1, 1..<2, 2..<4]]
    for shares in shares {
      let exchanges = ThreadExchange.joining(shares)
      let current = run
      try onThreads(shares.count) { number in
        let trainer = try Trainer(resuming: path, threads: 2)
        #expect(trainer.configuration.groups == 4)
        trainer.exchange = exchanges[number]
        try current.prepare(trainer)
        try trainer.run(epochs: 2)
        try expectBits(of: trainer, number, expected)
      }
    }
  }

  // MARK: - What is refused

  @Test func whatIsNoNumberOfGroupsIsRefused() throws {
    func problem(
      _ groups: Int, shards: ShardCount = .automatic, exchange: ThreadExchange? = nil
    ) -> String? {
      var run = SharedRun.all[0]
      run.shards = shards
      do {
        _ = try run.trainer(groups: groups, exchange: exchange, threads: 1)
        return nil
      } catch { return "\(error)" }
    }
    #expect(problem(1) == nil && problem(256) == nil)
    #expect(problem(0) == "groups: it is 0; it is from 1 to 256")
    #expect(problem(.max) == "groups: it is \(Int.max); it is from 1 to 256")
    #expect(
      problem(4, shards: .count(2))
        == "groups: it is 4, and a batch has 2 shards: a group is a run of shards; "
        + "set shards: auto, or to 4 at least")
    #expect(problem(4, shards: .count(4)) == nil)
    for share in [0..<0, 3..<5, -1..<1] {
      #expect(
        problem(4, exchange: ThreadExchange.joining([share])[0])
          == "groups: an exchange has the groups \(share); it has one at least of the 4 that a batch has"
      )
    }
  }
}
