/// Joins the engines of several ranks, each with a run of the groups of every batch.
///
/// A long vector of sums is cut into as many slices as there are ranks. Each rank gets the other ranks' parts of its own
/// slice, adds them up in the order of the tree, and gives everyone what they come to: twice n·(p − 1)/p numbers go out of
/// every rank and come in, as in a ring, where each rank's groups are all those below one node. A short one, where messages
/// take longer than their bytes, goes to everyone as it is, and all add up the same.
public final class RankExchange: GradientExchange, @unchecked Sendable {
  public let groups: Range<Int>
  public var number: Int { link.rank }
  public var count: Int { link.count }
  private let link: any RankLink
  private let tree: GroupTree
  /// By rank, how many nodes it comes with, and all nodes one after the other.
  private let nodeCounts: [Int]
  private let nodes: [GroupTree.Node]
  // What follows is kept from call to call, so that steps allocate nothing.
  private var transfers: [RankTransfer] = []
  private var terms: [UnsafeMutableRawPointer] = []
  private var memory: UnsafeMutableRawBufferPointer
  private let bounds: UnsafeMutableBufferPointer<Int>

  /// The most bytes of a vector that every rank gets whole.
  private static let shortest = 8192
  /// Slices begin at cache lines.
  private static let line = 64

  /// The groups of a rank, where so many are shared by so many ranks: as equally as may be.
  public static func share(of rank: Int, groups: Int, ranks: Int) -> Range<Int> {
    rank * groups / ranks..<(rank + 1) * groups / ranks
  }

  /// - Parameter groups: those of every batch.
  /// - Throws: where there are fewer of them than ranks.
  public init(groups: Int, over link: any RankLink) throws(DescentError) {
    guard groups >= link.count else {
      throw DescentError(
        .invalidInput,
        "it is \(groups), and \(link.count) ranks are to share the groups of a batch",
        at: "groups", advice: "start at most \(groups), or begin a new run with more groups")
    }
    self.link = link
    let tree = GroupTree(groups: groups)
    let shares = (0..<link.count).map { Self.share(of: $0, groups: groups, ranks: link.count) }
    let ofRanks = shares.map { tree.nodes(of: $0) }
    self.tree = tree
    self.groups = shares[link.rank]
    nodeCounts = ofRanks.map(\.count)
    nodes = ofRanks.flatMap { $0 }
    memory = .allocate(byteCount: Self.shortest, alignment: Self.line)
    bounds = .allocate(capacity: 2 * link.count)
    bounds.initialize(repeating: 0)
  }

  deinit {
    memory.deallocate()
    bounds.deallocate()
  }

  public func add(_ sums: GroupSums<Float>) throws(DescentError) { try addWhole(sums) }
  public func add(_ sums: GroupSums<Double>) throws(DescentError) { try addWhole(sums) }

  public func add(_ sums: GroupSums<Float>, slices: [Range<Int>]) throws(DescentError) {
    try addUp(sums) { slices[$0] }
  }

  public func leave(because error: DescentError) { link.leave(because: error) }

  private func addWhole<Element: FloatingPoint>(
    _ sums: GroupSums<Element>
  ) throws(DescentError) {
    let size = MemoryLayout<Element>.stride
    guard sums.count * size > Self.shortest else {
      return try addUp(sums) { _ in 0..<sums.count }
    }
    func slice(_ rank: Int) -> Range<Int> {
      Self.slice(of: rank, sums.count, among: link.count, size)
    }
    try addUp(sums, slice)
    try gather { Self.bytes(of: sums[0], slice($0)) }
  }

  /// Adds up everyone's parts of the own slice, which then stands at the first node.
  private func addUp<Element: FloatingPoint>(
    _ sums: GroupSums<Element>, _ slice: (Int) -> Range<Int>
  ) throws(DescentError) {
    let own = slice(link.rank)
    prepareTerms(sums, own.count, slice)
    try link.move(transfers)
    GroupTree.add(nodes, upTo: tree.root) { sum, other in
      Self.add(
        terms[other].assumingMemoryBound(to: Element.self),
        to: terms[sum].assumingMemoryBound(to: Element.self), own.count)
    }
    let place = Self.start(of: sums[0], own)
    if place != terms[0] {
      place.copyMemory(from: terms[0], byteCount: own.count * MemoryLayout<Element>.stride)
    }
  }

  /// Lays down where the sums of all nodes stand once they have come, and what moves to that end.
  private func prepareTerms<Element>(
    _ sums: GroupSums<Element>, _ count: Int, _ slice: (Int) -> Range<Int>
  ) {
    let length = (count * MemoryLayout<Element>.stride + Self.line - 1) / Self.line * Self.line
    reserve(length * (nodes.count - nodeCounts[link.rank]))
    transfers.removeAll(keepingCapacity: true)
    terms.removeAll(keepingCapacity: true)
    var place = 0
    for rank in 0..<link.count {
      for number in 0..<nodeCounts[rank] {
        if rank == link.rank {
          let sum = sums[number]
          for peer in 0..<link.count where peer != rank {
            transfers.append(RankTransfer(.send, peer, Self.bytes(of: sum, slice(peer))))
          }
          terms.append(Self.start(of: sum, slice(rank)))
        } else {
          let room = UnsafeMutableRawBufferPointer(
            rebasing: memory[place..<place + count * MemoryLayout<Element>.stride])
          transfers.append(RankTransfer(.receive, rank, room))
          terms.append(Self.start(of: memory, place))
          place += length
        }
      }
    }
  }

  private func reserve(_ bytes: Int) {
    guard memory.count < bytes else { return }
    memory.deallocate()
    memory = .allocate(byteCount: bytes, alignment: Self.line)
  }

  public func gather(
    _ values: UnsafeMutableBufferPointer<Float>, slices: [Range<Int>]
  ) throws(DescentError) {
    try gather { Self.bytes(of: values, slices[$0]) }
  }

  public func gather(
    _ values: UnsafeMutableBufferPointer<Float>, own: Range<Int>
  ) throws(DescentError) {
    (bounds[2 * link.rank], bounds[2 * link.rank + 1]) = (own.lowerBound, own.upperBound)
    try gather { rank in
      Self.bytes(of: bounds, 2 * rank..<2 * rank + 2)
    }
    try gather { rank in
      Self.bytes(of: values, bounds[2 * rank]..<bounds[2 * rank + 1])
    }
  }

  /// Gives everyone what each rank has at a place that all know.
  private func gather(
    _ place: (Int) -> UnsafeMutableRawBufferPointer
  ) throws(DescentError) {
    transfers.removeAll(keepingCapacity: true)
    for peer in 0..<link.count where peer != link.rank {
      transfers.append(RankTransfer(.send, peer, place(link.rank)))
      transfers.append(RankTransfer(.receive, peer, place(peer)))
    }
    try link.move(transfers)
  }

  private static func slice(
    of rank: Int, _ count: Int, among ranks: Int, _ size: Int
  ) -> Range<Int> {
    let width = line / size
    func start(_ rank: Int) -> Int {
      rank == ranks ? count : (count / width * rank / ranks) * width
    }
    return start(rank)..<start(rank + 1)
  }

  private static func bytes<Element>(
    of values: UnsafeMutableBufferPointer<Element>, _ range: Range<Int>
  ) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: values[range]))
  }

  private static func start<Element>(
    of values: UnsafeMutableBufferPointer<Element>, _ range: Range<Int>
  ) -> UnsafeMutableRawPointer {
    guard let base = values.baseAddress else { preconditionFailure("sums without memory") }
    return UnsafeMutableRawPointer(base + range.lowerBound)
  }

  private static func start(
    of bytes: UnsafeMutableRawBufferPointer, _ offset: Int
  ) -> UnsafeMutableRawPointer {
    guard let base = bytes.baseAddress else { preconditionFailure("an exchange without memory") }
    return base + offset
  }

  private static func add<Element: FloatingPoint>(
    _ other: UnsafeMutablePointer<Element>, to sum: UnsafeMutablePointer<Element>, _ count: Int
  ) {
    for index in 0..<count { sum[index] += other[index] }
  }
}
