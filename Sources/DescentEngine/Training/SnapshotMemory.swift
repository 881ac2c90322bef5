/// Memory for copies of a run, which serves again once nobody has the copy any more: the system takes as long to give so
/// much anew as the copying itself, and longer on a virtual machine.
package struct SnapshotMemory {
  /// The most copies that there are at once: the last and the best while they are written, the next best, and the one
  /// that takes its place.
  package static let most = 4

  private var vectors: [AlignedFloats] = []

  package init() {}

  /// A vector of so many floats, which holds anything.
  package mutating func vector(count: Int) -> AlignedFloats {
    for index in vectors.indices where vectors[index].count == count {
      if isKnownUniquelyReferenced(&vectors[index]) { return vectors[index] }
    }
    let vector = AlignedFloats(uninitialized: count)
    vectors.append(vector)
    return vector
  }
}
