/// What updates note of each block, for sums over all blocks: brought together where engines share updates.
final class BlockNotes {
  /// Σ g², the penalty, and the squares of what is clipped.
  private static let count = 3

  private let numbers: UnsafeMutablePointer<Float>
  /// The blocks, engine by engine; which of these are this one's; and what each engine has of the numbers.
  private let order: [Int]
  private let owned: Range<Int>
  private let slices: [Range<Int>]

  /// - Parameter engine: the number of this one among those that share updates.
  init(of parts: [GradientPart], engine: Int) {
    let engines = parts.first?.shares.indices ?? 0..<0
    let own = engines.map { engine in parts.flatMap { $0.shares[engine] } }
    let ends = own.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    order = own.flatMap { $0 }
    owned = engines.contains(engine) ? ends[engine]..<ends[engine + 1] : 0..<0
    slices = engines.map { ends[$0] * Self.count..<ends[$0 + 1] * Self.count }
    numbers = .allocate(capacity: order.count * Self.count + 1)
    numbers.initialize(repeating: 0, count: order.count * Self.count + 1)
  }

  deinit { numbers.deallocate() }

  /// Takes those of the own blocks from where they were noted, and gives those of all others there.
  func exchange(
    over exchange: any GradientExchange, squares: UnsafeMutablePointer<Float>,
    places: UnsafePointer<Int>, _ refinement: UpdateRefinement?
  ) throws(DescentError) {
    for place in owned {
      let (block, own) = (order[place], numbers + place * Self.count)
      own[0] = squares[places[block]]
      (own[1], own[2]) = refinement?.notes(of: block) ?? (0, 0)
    }
    try exchange.gather(
      UnsafeMutableBufferPointer(start: numbers, count: order.count * Self.count), slices: slices)
    for place in order.indices where !owned.contains(place) {
      let (block, other) = (order[place], numbers + place * Self.count)
      squares[places[block]] = other[0]
      refinement?.note(other[1], other[2], of: block)
    }
  }
}
