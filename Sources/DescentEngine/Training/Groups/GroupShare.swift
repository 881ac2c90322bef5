/// Which groups of every batch an engine takes.
struct GroupShare: Sendable {
  let tree: GroupTree
  /// At least one.
  let groups: Range<Int>
  /// The largest nodes of the tree that have no other groups below them.
  let nodes: [GroupTree.Node]

  /// - Parameter groups: nil: all of them.
  init(_ groups: Range<Int>? = nil, among tree: GroupTree = GroupTree(groups: 1)) {
    self.tree = tree
    self.groups = groups ?? tree.root
    nodes = tree.nodes(of: self.groups)
  }

  /// Whether nobody else takes any.
  var isWhole: Bool { groups == tree.root }
}
