/// The fixed binary tree in which the sums of a batch's groups are added up.
///
/// Sums of floats depend on their order. This one depends on the number of groups alone, and not on who formed which: whoever
/// has all groups below a node can add them up before anybody else's are known.
public struct GroupTree: Sendable, Equatable {
  /// A node, by the groups below it.
  public typealias Node = Range<Int>

  public let groups: Int

  /// The tree of so many groups, of one at least.
  public init(groups: Int) { self.groups = max(1, groups) }

  public var root: Node { 0..<groups }

  /// The most sums that wait for their other half while all groups are added up one after the other.
  var depth: Int { Int.bitWidth - (groups - 1).leadingZeroBitCount }

  /// The nodes whose sums a node's is the sum of; nil for a single group. The left one has the largest power of two of its
  /// groups that leaves some for the right one.
  public static func halves(of node: Node) -> (left: Node, right: Node)? {
    guard node.count > 1 else { return nil }
    let middle =
      node.lowerBound + 1 << (Int.bitWidth - 1 - (node.count - 1).leadingZeroBitCount)
    return (node.lowerBound..<middle, middle..<node.upperBound)
  }

  /// The largest nodes that have none but these groups below them, in order.
  public func nodes(of groups: Range<Int>) -> [Node] { Self.nodes(of: groups, below: root) }

  private static func nodes(of groups: Range<Int>, below node: Node) -> [Node] {
    if node.clamped(to: groups) == node { return [node] }
    guard node.overlaps(groups), let halves = halves(of: node) else { return [] }
    return nodes(of: groups, below: halves.left) + nodes(of: groups, below: halves.right)
  }

  /// Forms the sum that stands at a node from those of the groups below it.
  ///
  /// - Parameters:
  ///   - scratch: memory for as many sums as the tree is deep, `spacing` floats apart; this is a view of the first.
  ///   - form: is to write the sum of one group.
  static func form(
    _ node: Node, into sum: Matrix, scratch: Matrix, spacing: Int, kernels: KernelSet,
    _ form: (_ group: Int, _ sum: Matrix) -> Void
  ) {
    guard let halves = halves(of: node) else {
      form(node.lowerBound, sum)
      return
    }
    Self.form(
      halves.left, into: sum, scratch: scratch, spacing: spacing, kernels: kernels, form)
    let next = Matrix(
      base: scratch.base + spacing, rows: scratch.rows, columns: scratch.columns,
      stride: scratch.stride)
    Self.form(
      halves.right, into: scratch, scratch: next, spacing: spacing, kernels: kernels, form)
    kernels.add(sum, scratch, into: sum)
  }

  /// Adds up what stands at nodes that follow one another and together have all groups below `node`.
  ///
  /// - Parameter add: is to add what stands at the second of two of these nodes, by their numbers, to what stands at the
  ///   first. At the end the sum stands at the first of all.
  public static func add(
    _ nodes: some RandomAccessCollection<Node>, upTo node: Node,
    _ add: (_ sum: Int, _ other: Int) -> Void
  ) {
    var next = 0
    _ = Self.add(nodes, upTo: node, &next, add)
  }

  private static func add<Nodes: RandomAccessCollection<Node>>(
    _ nodes: Nodes, upTo node: Node, _ next: inout Int, _ body: (Int, Int) -> Void
  ) -> Int {
    let own = nodes[nodes.index(nodes.startIndex, offsetBy: next)]
    guard own != node, let halves = halves(of: node) else {
      next += 1
      return next - 1
    }
    let sum = add(nodes, upTo: halves.left, &next, body)
    let other = add(nodes, upTo: halves.right, &next, body)
    body(sum, other)
    return sum
  }
}
