import Kernels
import Synchronization
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Ranks that exchange what they have formed come to what one engine comes to that forms all of it.
@Suite struct RankExchangeTests {
  /// - Parameters:
  ///   - fewest: see `RankExchange`; 0: every rank updates some of the parameters only.
  ///   - machines: see `ThreadLink`.
  private static func exchanges(
    _ count: Int, groups: Int, fewest: Int = RankExchange.fewest, machines: [Int]? = nil
  ) throws -> [RankExchange] {
    try ThreadLink.joining(count, machines: machines).map { link throws(DescentError) in
      try RankExchange(groups: groups, over: link, fewest: fewest)
    }
  }

  /// The runs that take every way through the exchange: statistics, figures, kept outputs, norms, vectors longer than what
  /// every rank gets whole, and a line search.
  private static let runs = SharedRun.all.filter {
    [
      "everything that draws or looks across samples", "a last batch of one row", "large layers",
      "augmented images", "clipped global norm, accumulated", "lbfgs",
    ].contains($0.testDescription)
  }

  @Test(arguments: runs)
  func ranksGiveTheBitsOfOne(run: SharedRun) throws {
    let expected = try run.bits(groups: 4, threads: 2)
    // By turns all update all, and each some; what each is wanted for is sent, or read where it stands.
    let ways: [(ranks: Int, fewest: Int, machines: [Int]?)] = [
      (2, 0, nil), (2, 0, [0, 0]), (3, .max, nil), (4, 0, [0, 0, 1, 0]),
    ]
    for (ranks, fewest, machines) in ways {
      let found = try run.bits(
        groups: 4,
        joinedBy: Self.exchanges(ranks, groups: 4, fewest: fewest, machines: machines),
        threads: ranks == 2 ? 2 : 1)
      #expect(found.count == ranks)
      for (rank, bits) in found.enumerated() {
        #expect(bits == expected, "rank \(rank) of \(ranks), on \(machines ?? [])")
      }
    }
  }

  @Test func eightRanksGiveTheBitsOfOne() throws {
    let run = SharedRun.all[0]
    let expected = try run.bits(groups: 8, threads: 2)
    let found = try run.bits(
      groups: 8,
      joinedBy: Self.exchanges(8, groups: 8, fewest: 0, machines: [0, 0, 0, 1, 0, 1, 2, 0]),
      threads: 1)
    #expect(found.count == 8 && found.allSatisfy { $0 == expected })
  }

  @Test func allRunsAreThere() { #expect(Self.runs.count == 6) }

  /// The order of additions is that of the tree, whatever the lengths: of vectors that go to all whole, and of slices, some of
  /// which may be empty.
  @Test(arguments: [1, 2, 3, 5], [1, 3, 100, 2049, 5000])
  func sumsAreAddedInTheOrderOfTheTree(ranks: Int, count: Int) throws {
    let groups = 7
    let tree = GroupTree(groups: groups)
    var terms = (0..<groups).map { noise(count, seed: UInt64($0 + 1)) }
    let parts = terms
    GroupTree.add(terms.indices.map { $0..<$0 + 1 }, upTo: tree.root) { sum, other in
      for index in 0..<count { terms[sum][index] += terms[other][index] }
    }
    let expected = terms[0].map(\.bitPattern)
    let exchanges = try Self.exchanges(ranks, groups: groups)
    let found = Mutex<[[UInt32]]>([])
    try onThreads(ranks) { rank in
      let exchange = exchanges[rank]
      let nodes = tree.nodes(of: exchange.groups)
      let memory = AlignedFloats(count: nodes.count * count + Matrix.padding)
      for (number, node) in nodes.enumerated() {
        var own = node.map { parts[$0] }
        GroupTree.add(node.map { $0..<$0 + 1 }, upTo: node) { sum, other in
          for index in 0..<count { own[sum][index] += own[other][index] }
        }
        for index in 0..<count { memory.base[number * count + index] = own[0][index] }
      }
      // Twice, so that what is kept from the first call is used again.
      let copy = (0..<nodes.count * count).map { memory.base[$0] }
      for _ in 0..<2 {
        for index in copy.indices { memory.base[index] = copy[index] }
        let sums = GroupSums<Float>(
          tree, nodes: nodes, at: memory.base, count: count, stride: count)
        try exchange.add(sums)
        found.withLock { $0.append(sums[0].map(\.bitPattern)) }
      }
    }
    let all = found.withLock { $0 }
    #expect(all.count == 2 * ranks)
    for bits in all { #expect(bits == expected) }
  }

  /// Everyone gets every rank's part, also where one has nothing.
  @Test func partsAreGathered() throws {
    let exchanges = try Self.exchanges(3, groups: 4)
    let places = [0..<5, 5..<5, 5..<12]
    try onThreads(3) { rank in
      var values = [Float](repeating: -1, count: 12)
      for index in places[rank] { values[index] = Float(index) }
      try values.withUnsafeMutableBufferPointer {
        try exchanges[rank].gather($0, own: places[rank])
      }
      #expect(values == (0..<12).map { Float($0) })
    }
  }

  @Test func sharesAreNearlyEqualAndComplete() {
    for ranks in 1...9 {
      let shares = (0..<ranks).map { RankExchange.share(of: $0, groups: 11, ranks: ranks) }
      #expect(shares.flatMap { Array($0) } == Array(0..<11))
      let sizes = shares.map(\.count)
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1 && !sizes.contains(0))
    }
  }

  @Test func moreRanksThanGroupsAreRefused() throws {
    let error = #expect(throws: DescentError.self) { try Self.exchanges(3, groups: 2) }
    #expect(
      error?.description
        == "groups: it is 2, and 3 ranks are to share the groups of a batch; "
        + "start at most 2, or begin a new run with more groups")
  }

  /// A rank that leaves ends the others' waiting.
  @Test func aRankThatLeavesEndsAll() throws {
    let run = SharedRun.all[0]
    let exchanges = try Self.exchanges(2, groups: 4)
    try onThreads(2) { rank in
      let trainer = try run.trainer(groups: 4, exchange: exchanges[rank], threads: 1)
      let data = try run.data(run.rows, seed: 5)
      let rows = WatchedRows(data)
      try trainer.prepare(
        on: Dataset(rows: rows, targets: data.targets), validation: try run.data(20, seed: 6))
      if rank == 1 { rows.fail(afterGathering: 3) }
      let error = #expect(throws: DescentError.self) { try trainer.run(epochs: 2) }
      #expect(error?.problem == "the disk is gone")
    }
  }
}
