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
  private let sums = SliceSums()
  /// Those of the gradient's parts.
  private var parts: [SliceSums] = []
  private let bounds: UnsafeMutableBufferPointer<Int>

  /// The most bytes of a vector that every rank gets whole.
  private static let shortest = 8192
  /// The most bytes of gradients that a rank is to get for updating all parameters itself.
  package static let fewest = 1 << 18
  private let fewest: Int
  /// Slices begin at cache lines.
  private static let line = 64

  /// The groups of a rank, where so many are shared by so many ranks: as equally as may be.
  public static func share(of rank: Int, groups: Int, ranks: Int) -> Range<Int> {
    rank * groups / ranks..<(rank + 1) * groups / ranks
  }

  /// - Parameter groups: those of every batch.
  /// - Throws: where there are fewer of them than ranks.
  public convenience init(groups: Int, over link: any RankLink) throws(DescentError) {
    try self.init(groups: groups, over: link, fewest: Self.fewest)
  }

  package init(
    groups: Int, over link: any RankLink, fewest: Int
  ) throws(DescentError) {
    guard groups >= link.count else {
      throw DescentError(
        .invalidInput,
        "it is \(groups), and \(link.count) ranks are to share the groups of a batch",
        at: "groups", advice: "start at most \(groups), or begin a new run with more groups")
    }
    self.link = link
    self.fewest = fewest
    let tree = GroupTree(groups: groups)
    let shares = (0..<link.count).map { Self.share(of: $0, groups: groups, ranks: link.count) }
    let ofRanks = shares.map { tree.nodes(of: $0) }
    self.tree = tree
    self.groups = shares[link.rank]
    nodeCounts = ofRanks.map(\.count)
    nodes = ofRanks.flatMap { $0 }
    bounds = .allocate(capacity: 2 * link.count)
    bounds.initialize(repeating: 0)
  }

  deinit { bounds.deallocate() }

  public func sharesUpdates(of parameters: Int) -> Bool {
    (count - 1) * parameters * MemoryLayout<Float>.stride > fewest
  }

  public func leave(because error: DescentError) { link.leave(because: error) }

  // MARK: - Sums

  public func add(_ sums: GroupSums<Float>) throws(DescentError) { try addWhole(sums) }
  public func add(_ sums: GroupSums<Double>) throws(DescentError) { try addWhole(sums) }

  public func add(_ sums: GroupSums<Float>, slices: [Range<Int>]) throws(DescentError) {
    try addUp(sums) { slices[$0] }
  }

  private func addWhole<Element: FloatingPoint & SIMDScalar>(
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
    try gather { sums[0].bytes(slice($0)) }
  }

  /// Adds up everyone's parts of the own slice, which then stands at the first node.
  private func addUp<Element: FloatingPoint & SIMDScalar>(
    _ sums: GroupSums<Element>, _ slice: (Int) -> Range<Int>
  ) throws(DescentError) {
    self.sums.prepare(sums, of: link.rank, nodeCounts: nodeCounts, nodes: nodes, slice)
    try link.move(self.sums.transfers)
    self.sums.addUp(as: Element.self)
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

  // MARK: - Values

  public func gather(
    _ values: UnsafeMutableBufferPointer<Float>, slices: [Range<Int>]
  ) throws(DescentError) {
    try gather { values.bytes(slices[$0]) }
  }

  public func gather(
    _ values: UnsafeMutableBufferPointer<Float>, own: Range<Int>
  ) throws(DescentError) {
    (bounds[2 * link.rank], bounds[2 * link.rank + 1]) = (own.lowerBound, own.upperBound)
    try gather { rank in bounds.bytes(2 * rank..<2 * rank + 2) }
    try gather { rank in values.bytes(bounds[2 * rank]..<bounds[2 * rank + 1]) }
  }

  /// Gives everyone what each rank has at a place that all know.
  private func gather(
    _ place: (Int) -> UnsafeMutableRawBufferPointer
  ) throws(DescentError) {
    prepareGathering(place)
    try link.move(transfers)
  }

  /// - Parameter memory: what of it another rank reads where it stands is not sent, but that it is there.
  private func prepareGathering(
    in memory: ExchangeMemory? = nil, _ place: (Int) -> UnsafeMutableRawBufferPointer
  ) {
    transfers.removeAll(keepingCapacity: true)
    for peer in 0..<link.count where peer != link.rank {
      if let memory, memory.reads(peer) {
        transfers.appendSigns(with: peer)
      } else {
        transfers.append(RankTransfer(.send, peer, place(link.rank)))
        transfers.append(RankTransfer(.receive, peer, place(peer)))
      }
    }
  }

  // MARK: - Part by part

  // A part's sums and its values are never on their way at the same time. What moves has the part's number, one added: the first is
  // that of what is released.

  public func allocate(floats: Int) -> ExchangeMemory { link.allocate(floats: floats) }
  public func join(_ memory: ExchangeMemory) throws(DescentError) { try link.join(memory) }

  public func beginAdding(
    _ part: Int, _ sums: GroupSums<Float>, slices: [Range<Int>], in memory: ExchangeMemory
  ) throws(DescentError) {
    while parts.count <= part { parts.append(SliceSums()) }
    parts[part].prepare(sums, of: link.rank, nodeCounts: nodeCounts, nodes: nodes, in: memory) {
      slices[$0]
    }
    try link.begin(parts[part].transfers, as: part + 1)
  }

  public func finishAdding(_ part: Int) throws(DescentError) { try link.finish(part + 1) }

  public func addUp(_ elements: Range<Int>, of part: Int) {
    parts[part].addUp(elements, as: Float.self)
  }

  public func beginGathering(
    _ part: Int, _ values: UnsafeMutableBufferPointer<Float>, slices: [Range<Int>],
    in memory: ExchangeMemory
  ) throws(DescentError) {
    prepareGathering(in: memory) { values.bytes(slices[$0]) }
    try link.begin(transfers, as: part + 1)
  }

  public func finishGathering(_ part: Int) throws(DescentError) { try link.finish(part + 1) }

  public func beginReleasing(_ memory: ExchangeMemory) throws(DescentError) {
    transfers.removeAll(keepingCapacity: true)
    for peer in 0..<link.count where memory.reads(peer) {
      transfers.appendSigns(with: peer)
    }
    try link.begin(transfers, as: 0)
  }

  public func finishReleasing() throws(DescentError) { try link.finish(0) }

  public func progress() { link.progress() }
}
