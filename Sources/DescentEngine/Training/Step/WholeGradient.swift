import Kernels

/// The gradient of all parameters, where it has to be whole before any of it is applied: its norm is wanted, or engines
/// share the batch.
///
/// It has the layout of the parameters, once for each node of the tree that the engine has all groups of. After an exchange
/// the first has the sum over the whole batch.
final class WholeGradient {
  private let memory: AlignedFloats
  private let count: Int
  private let nodes: Int
  /// The nodes' sums of each block. Read without counting a reference to an array, which all workers would do at once.
  private let blocks: UnsafeMutablePointer<Matrix>

  init(of blocks: ParameterBlocks, nodes: Int) {
    let layout = blocks.memory.parameters.layout
    let count = Matrix.padded(layout.trainableCount)
    self.count = count
    self.nodes = nodes
    memory = AlignedFloats(count: nodes * count + Matrix.padding)
    self.blocks = .allocate(capacity: nodes * blocks.count + 1)
    for (number, place) in blocks.places.enumerated() {
      for node in 0..<nodes {
        let entry = place.entry
        let whole = memory.matrix(
          at: node * count + entry.offset, rows: entry.rows, columns: entry.columns,
          stride: entry.stride)
        (self.blocks + number * nodes + node).initialize(
          to: whole.block(place.rows, place.columns))
      }
    }
  }

  deinit { blocks.deallocate() }

  /// The floats that it takes.
  static func floats(_ layout: ParameterLayout, nodes: Int) -> Double {
    Double(nodes) * Double(layout.trainableCount)
  }

  /// A block of it.
  func sum(_ block: Int, at node: Int = 0) -> Matrix { blocks[block * nodes + node] }

  func groupSums(_ share: GroupShare) -> GroupSums<Float> {
    GroupSums(share.tree, nodes: share.nodes, at: memory.base, count: count, stride: count)
  }
}
