/// The gradient of all parameters, where it has to be whole before any of it is applied: its norm is wanted, or engines
/// share the batch.
///
/// Its blocks stand one after the other, once for each node of the tree that the engine has all groups of. Part by part engines
/// add it up; where each of them updates some of a part's blocks, it leaves what has become of the weights in the place of their
/// gradient, for the others to take.
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
  private let memory: AlignedFloats
  private let count: Int
  private let nodes: Int
  /// By part, where it begins.
  private let firsts: [Int]
  /// The nodes' sums of each block, and where they stand. Read without counting a reference to an array, which all workers would
  /// do at once.
  private let blocks: UnsafeMutablePointer<Matrix>
  private let places: UnsafeMutablePointer<Place>

  /// - Parameters:
  ///   - parts: that it is added up in; all blocks are in one of them.
  ///   - nodes: of the tree that this engine has.
  init(of blocks: ParameterBlocks, parts: [GradientPart], nodes: Int) {
    let starts = blocks.places.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.floats) }
    let count = starts[starts.count - 1]
    self.count = count
    self.nodes = nodes
    self.parts = parts
    memory = AlignedFloats(count: nodes * count + Matrix.padding)
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
          to: memory.matrix(
            at: node * count + starts[number], rows: place.rows.count,
            columns: place.columns.count))
      }
    }
    firsts = parts.map { starts[$0.blocks.lowerBound] }
    slices = parts.map { part in
      let first = starts[part.blocks.lowerBound]
      return part.shares.map { starts[$0.lowerBound] - first..<starts[$0.upperBound] - first }
    }
  }

  deinit {
    blocks.deallocate()
    places.deallocate()
  }

  /// The floats that it takes, but for what fills blocks' last lines.
  static func floats(_ layout: ParameterLayout, nodes: Int) -> Double {
    Double(nodes) * Double(layout.trainableCount)
  }

  /// A block of it.
  func sum(_ block: Int, at node: Int = 0) -> Matrix { blocks[block * nodes + node] }

  /// All of it, for engines to add up at once.
  func groupSums(_ share: GroupShare) -> GroupSums<Float> {
    GroupSums(share.tree, nodes: share.nodes, at: memory.base, count: count, stride: count)
  }

  // MARK: - By parts

  private func elements(of part: Int) -> Range<Int> {
    let last = parts[part].blocks.upperBound - 1
    return firsts[part]..<firsts[part] + places[last].elements.upperBound
  }

  func beginAdding(
    _ part: Int, _ share: GroupShare, over exchange: any GradientExchange
  ) throws(DescentError) {
    let elements = elements(of: part)
    let sums = GroupSums<Float>(
      share.tree, nodes: share.nodes, at: memory.base + elements.lowerBound,
      count: elements.count, stride: count)
    try exchange.beginAdding(part, sums, slices: slices[part])
  }

  /// Adds up a block, once all engines' sums of its part are there.
  func addUp(_ block: Int, over exchange: any GradientExchange) {
    exchange.addUp(places[block].elements, of: places[block].part)
  }

  /// What stands in the place of a part's sum.
  private func values(of part: Int) -> UnsafeMutableBufferPointer<Float> {
    let elements = elements(of: part)
    return UnsafeMutableBufferPointer(
      start: memory.base + elements.lowerBound, count: elements.count)
  }

  func beginGathering(
    _ part: Int, over exchange: any GradientExchange
  ) throws(DescentError) {
    try exchange.beginGathering(part, values(of: part), slices: slices[part])
  }

  func gather(_ part: Int, over exchange: any GradientExchange) throws(DescentError) {
    try exchange.gather(values(of: part), slices: slices[part])
  }
}
