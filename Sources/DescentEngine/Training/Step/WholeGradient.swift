/// The gradient of all parameters, where it has to be whole before any of it is applied: its norm is wanted, or engines
/// share the batch.
///
/// Its blocks stand one after the other, once for each node of the tree that the engine has all groups of. Part by part engines
/// add it up; where each of them updates some of a part's blocks, it leaves what has become of the weights in the place of their
/// gradient, for the others to take: from there, where they read each other's memory.
final class WholeGradient {
  /// Where a block stands.
  private struct Place {
    let part: Int
    /// Its elements, counted from the part's first.
    let elements: Range<Int>
  }

  let parts: [GradientPart]
  /// By part and engine, the elements that it updates, counted from the part's first.
  private let slices: [[Range<Int>]]
  private let memory: ExchangeMemory
  private let count: Int
  private let nodes: Int
  /// By part, where it begins.
  private let firsts: [Int]
  /// The nodes' sums of each block, and where they stand. Read without counting a reference to an array, which all workers would
  /// do at once.
  private let blocks: UnsafeMutablePointer<Matrix>
  private let places: UnsafeMutablePointer<Place>
  /// Where each block is taken from that another engine has updated.
  private let taken: UnsafeMutablePointer<Matrix>
  private var isJoined = false

  /// - Parameters:
  ///   - parts: that it is added up in; all blocks are in one of them.
  ///   - nodes: of the tree that this engine has.
  ///   - allocate: memory for so many floats.
  init(
    of blocks: ParameterBlocks, parts: [GradientPart], nodes: Int,
    allocate: (_ floats: Int) -> ExchangeMemory
  ) {
    let starts = blocks.places.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.floats) }
    let count = starts[starts.count - 1]
    self.count = count
    self.nodes = nodes
    self.parts = parts
    memory = allocate(nodes * count + Matrix.padding)
    self.blocks = .allocate(capacity: nodes * blocks.count + 1)
    places = .allocate(capacity: blocks.count + 1)
    for (part, of) in parts.enumerated() {
      let first = starts[of.blocks.lowerBound]
      for number in of.blocks {
        (places + number).initialize(
          to: Place(part: part, elements: starts[number] - first..<starts[number + 1] - first))
      }
    }
    for (number, place) in blocks.places.enumerated() {
      for node in 0..<nodes {
        (self.blocks + number * nodes + node).initialize(
          to: memory.floats.matrix(
            at: node * count + starts[number], rows: place.rows.count,
            columns: place.columns.count))
      }
    }
    taken = .allocate(capacity: blocks.count + 1)
    for number in 0..<blocks.count { (taken + number).initialize(to: self.blocks[number * nodes]) }
    firsts = parts.map { starts[$0.blocks.lowerBound] }
    slices = parts.map { part in
      let first = starts[part.blocks.lowerBound]
      return part.shares.map { starts[$0.lowerBound] - first..<starts[$0.upperBound] - first }
    }
  }

  deinit {
    blocks.deallocate()
    places.deallocate()
    taken.deallocate()
  }

  /// The floats that it takes, but for what fills blocks' last lines.
  static func floats(_ layout: ParameterLayout, nodes: Int) -> Double {
    Double(nodes) * Double(layout.trainableCount)
  }

  /// A block of it.
  func sum(_ block: Int, at node: Int = 0) -> Matrix { blocks[block * nodes + node] }

  /// A block that another engine has updated, once it is there.
  func taken(_ block: Int) -> Matrix { taken[block] }

  /// All of it, for engines to add up at once.
  func groupSums(_ share: GroupShare) -> GroupSums<Float> {
    GroupSums(
      share.tree, nodes: share.nodes, at: memory.floats.base, count: count, stride: count)
  }

  // MARK: - By parts

  /// Finds out whose memory is read, before the first step. All engines call it together.
  func join(over exchange: any GradientExchange) throws(DescentError) {
    guard !isJoined else { return }
    try exchange.join(memory)
    isJoined = true
    for part in parts {
      for (engine, share) in part.shares.enumerated() where memory.reads(engine) {
        for number in share {
          let own = sum(number)
          guard let place = memory.place(of: own.base, in: engine) else { continue }
          // Kernels read by the same type by which they write.
          let base = UnsafeMutablePointer(mutating: place.assumingMemoryBound(to: Float.self))
          taken[number] = Matrix(
            base: base, rows: own.rows, columns: own.columns, stride: own.stride)
        }
      }
    }
  }

  private func elements(of part: Int) -> Range<Int> {
    let last = parts[part].blocks.upperBound - 1
    return firsts[part]..<firsts[part] + places[last].elements.upperBound
  }

  func beginAdding(
    _ part: Int, _ share: GroupShare, over exchange: any GradientExchange
  ) throws(DescentError) {
    let elements = elements(of: part)
    let sums = GroupSums<Float>(
      share.tree, nodes: share.nodes, at: memory.floats.base + elements.lowerBound,
      count: elements.count, stride: count)
    try exchange.beginAdding(part, sums, slices: slices[part], in: memory)
  }

  /// Adds up a block, once all engines' sums of its part are there.
  func addUp(_ block: Int, over exchange: any GradientExchange) {
    exchange.addUp(places[block].elements, of: places[block].part)
  }

  /// What stands in the place of a part's sum.
  private func values(of part: Int) -> UnsafeMutableBufferPointer<Float> {
    let elements = elements(of: part)
    return UnsafeMutableBufferPointer(
      start: memory.floats.base + elements.lowerBound, count: elements.count)
  }

  func beginGathering(
    _ part: Int, over exchange: any GradientExchange
  ) throws(DescentError) {
    try exchange.beginGathering(part, values(of: part), slices: slices[part], in: memory)
  }

  /// Tells the others that all that they have updated has been taken.
  func beginReleasing(over exchange: any GradientExchange) throws(DescentError) {
    try exchange.beginReleasing(memory)
  }

  func gather(_ part: Int, over exchange: any GradientExchange) throws(DescentError) {
    try exchange.gather(values(of: part), slices: slices[part])
  }
}
