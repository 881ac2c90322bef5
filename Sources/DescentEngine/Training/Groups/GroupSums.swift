/// Sums that an engine has formed over some groups of a batch, as many elements for each node of the tree that these make up.
public struct GroupSums<Element> {
  public let tree: GroupTree
  /// The nodes, in order; at least one.
  public let nodes: [GroupTree.Node]
  /// The elements of one sum.
  public let count: Int
  private let base: UnsafeMutablePointer<Element>
  private let stride: Int

  /// - Parameters:
  ///   - base: where the first node's sum begins; each other one's is `stride` elements after the one before it.
  ///   - count: the elements of one sum.
  public init(
    _ tree: GroupTree, nodes: [GroupTree.Node], at base: UnsafeMutablePointer<Element>, count: Int,
    stride: Int
  ) {
    self.tree = tree
    self.nodes = nodes
    self.base = base
    self.count = count
    self.stride = stride
  }

  /// The sum that stands at a node.
  public subscript(number: Int) -> UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: base + number * stride, count: count)
  }
}
