/// What updates note of each block, for sums over all blocks: brought together where engines share updates.
final class BlockNotes {
  /// Σ g², the penalty, and the squares of what is clipped.
  private static let count = 3

  private let numbers: UnsafeMutablePointer<Float>
  private let blocks: Int
  private let owned: Range<Int>
  private let slices: [Range<Int>]

  /// - Parameter blocks: how many there are in all.
  init(of blocks: Int, _ gradient: WholeGradient) {
    self.blocks = blocks
    owned = gradient.owned
    slices = gradient.ownedByEngine.map {
      $0.lowerBound * Self.count..<$0.upperBound * Self.count
    }
    numbers = .allocate(capacity: blocks * Self.count + 1)
    numbers.initialize(repeating: 0, count: blocks * Self.count + 1)
  }

  deinit { numbers.deallocate() }

  /// Takes those of the own blocks from where they were noted, and gives those of all others there.
  func exchange(
    over exchange: any GradientExchange, squares: UnsafeMutablePointer<Float>,
    places: UnsafePointer<Int>, _ refinement: UpdateRefinement?
  ) throws(DescentError) {
    for block in owned {
      let own = numbers + block * Self.count
      own[0] = squares[places[block]]
      (own[1], own[2]) = refinement?.notes(of: block) ?? (0, 0)
    }
    try exchange.gather(
      UnsafeMutableBufferPointer(start: numbers, count: blocks * Self.count), slices: slices)
    for block in 0..<blocks where !owned.contains(block) {
      let other = numbers + block * Self.count
      squares[places[block]] = other[0]
      refinement?.note(other[1], other[2], of: block)
    }
  }
}
