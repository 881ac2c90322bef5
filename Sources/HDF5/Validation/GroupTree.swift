/// A group's B-tree, version 1, type 0 (III.A.1).
enum GroupTree {
  /// More levels than any group that fits a disk has; libhdf5 descends by recursion.
  private static let maximumLevel = 16

  /// The addresses of the symbol nodes, in order.
  ///
  /// Keys are offsets of names in the heap, and every one has to lead to a name.
  static func leaves(
    from root: UInt64, internalK: Int, heap: LocalHeap, _ map: inout FileMap
  ) throws(FormatFault) -> [UInt64] {
    var leaves: [UInt64] = []
    // Nodes still to be read, the next one last, with the level that each must have.
    var pending: [(address: UInt64, level: Int?)] = [(root, nil)]
    while let (address, expected) = pending.popLast() {
      // The space for all children that fit, and one key more than children.
      var fields = try map.structure(
        at: address, count: 24 + 2 * internalK * 8 + (2 * internalK + 1) * 8,
        name: "a group's B-tree")
      guard try fields.take(4).elementsEqual("TREE".utf8) else {
        throw .damaged("a group's B-tree does not begin with TREE", at: address)
      }
      guard try fields.byte() == 0 else {
        throw .damaged("a group's B-tree is not one of groups", at: address)
      }
      let level = try fields.byte()
      guard level <= maximumLevel, level == expected ?? level else {
        throw .damaged("a node of a group's B-tree has the level \(level)", at: address)
      }
      let count = try fields.short()
      guard count <= 2 * internalK, count > 0 || (level == 0 && expected == nil) else {
        throw .damaged("a node of a group's B-tree has \(count) children", at: address)
      }
      try fields.skip(16)
      var children: [UInt64] = []
      for _ in 0..<count {
        try heap.checkKey(try fields.long(), at: address)
        children.append(try fields.long())
      }
      if count > 0 { try heap.checkKey(try fields.long(), at: address) }
      map.clear(fields.remaining, from: fields.address)
      if level == 0 {
        leaves += children
      } else {
        pending += children.reversed().map { ($0, level - 1) }
      }
    }
    return leaves
  }
}
