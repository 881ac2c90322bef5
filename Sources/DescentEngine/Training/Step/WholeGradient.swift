import Kernels

/// The gradient of all parameters, where it has to be whole before any of it is applied: its norm is wanted, or engines
/// share the batch.
///
/// Its blocks stand one after the other, once for each node of the tree that the engine has all groups of. After an exchange
/// the first has the sum over the whole batch. Engines that share updates each see to a run of blocks, the same for all of
/// them, and leave what has become of the weights in the place of the gradient, for the others to take.
final class WholeGradient {
  /// The blocks that each engine updates, and those of this one.
  let ownedByEngine: [Range<Int>]
  let owned: Range<Int>
  /// The parts of a vector that engines see to, by engine.
  let slices: [Range<Int>]
  private let memory: AlignedFloats
  private let count: Int
  private let nodes: Int
  /// The nodes' sums of each block. Read without counting a reference to an array, which all workers would do at once.
  private let blocks: UnsafeMutablePointer<Matrix>

  /// - Parameters:
  ///   - nodes: of the tree that this engine has.
  ///   - engines: how many share updates, and the number of this one among them.
  init(of blocks: ParameterBlocks, nodes: Int, engines: (number: Int, count: Int) = (0, 1)) {
    let starts = Self.starts(blocks.places)
    let count = starts[starts.count - 1]
    self.count = count
    self.nodes = nodes
    memory = AlignedFloats(count: nodes * count + Matrix.padding)
    self.blocks = .allocate(capacity: nodes * blocks.count + 1)
    for (number, place) in blocks.places.enumerated() {
      for node in 0..<nodes {
        (self.blocks + number * nodes + node).initialize(
          to: memory.matrix(
            at: node * count + starts[number], rows: place.rows.count,
            columns: place.columns.count))
      }
    }
    let ends = (0...engines.count).map { engine in
      starts.firstIndex { $0 >= engine * count / engines.count } ?? blocks.count
    }
    ownedByEngine = (0..<engines.count).map { ends[$0]..<ends[$0 + 1] }
    owned = ownedByEngine[engines.number]
    slices = (0..<engines.count).map { starts[ends[$0]]..<starts[ends[$0 + 1]] }
  }

  deinit { blocks.deallocate() }

  /// Where each block begins, and the last ends.
  private static func starts(_ places: [BlockPlace]) -> [Int] {
    places.reduce(into: [0]) { starts, place in
      starts.append(
        starts[starts.count - 1] + place.rows.count * Matrix.stride(for: place.columns.count))
    }
  }

  /// The floats that it takes, but for what fills blocks' last lines.
  static func floats(_ layout: ParameterLayout, nodes: Int) -> Double {
    Double(nodes) * Double(layout.trainableCount)
  }

  /// A block of it.
  func sum(_ block: Int, at node: Int = 0) -> Matrix { blocks[block * nodes + node] }

  func groupSums(_ share: GroupShare) -> GroupSums<Float> {
    GroupSums(share.tree, nodes: share.nodes, at: memory.base, count: count, stride: count)
  }

  /// The sum over the whole batch, or what takes its place.
  var values: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: memory.base, count: count)
  }
}
