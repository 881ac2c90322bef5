import Kernels

/// Which worker begins with which blocks, and where each notes its sums.
///
/// Results do not depend on it: whoever updates a block, its sum is added in the order of blocks.
final class BlockShares {
  /// The blocks that the update phase deals with, those of no other phase: each worker's own one after the other.
  let deferred: UnsafePointer<Int>
  let deferredCount: Int
  /// Where among these each worker's begin.
  let firstDeferred: [Int]
  /// By block: where its gradient's Σ g² stands among those of all. Each worker writes to cache lines of its own: a store
  /// that waits for a line from another core holds up all that come after it.
  let squares: UnsafePointer<Int>
  /// Their number, gaps included.
  let squareCount: Int

  /// - Parameter updating: for each phase that updates blocks, those of each of its tasks.
  init(of blocks: ParameterBlocks, updating: [[Range<Int>]], workers: Int) {
    let immediate = Set(updating.joined().joined())
    let (order, first) = Self.shared(
      blocks.places.indices.filter { !immediate.contains($0) }, of: blocks, workers: workers)
    let (places, count) = Self.squares(
      of: blocks.count, deferred: order, firstDeferred: first, updating: updating,
      workers: workers)
    deferred = Self.copy(order)
    deferredCount = order.count
    firstDeferred = first
    squares = Self.copy(places)
    squareCount = count
  }

  deinit {
    deferred.deallocate()
    squares.deallocate()
  }

  /// A copy whose elements are read without counting a reference to an array, which all workers would do at once.
  private static func copy(_ numbers: [Int]) -> UnsafePointer<Int> {
    let copy = UnsafeMutablePointer<Int>.allocate(capacity: numbers.count + 1)
    copy.initialize(repeating: 0, count: numbers.count + 1)
    for (index, number) in numbers.enumerated() { copy[index] = number }
    return UnsafePointer(copy)
  }

  /// Of a parameter that goes by columns, to each worker the columns that it has forward as well; of all others, equal
  /// numbers.
  private static func shared(
    _ deferred: [Int], of blocks: ParameterBlocks, workers: Int
  ) -> (order: [Int], first: [Int]) {
    func isOwned(_ block: Int) -> Bool { blocks.places[block].order == .byColumns }
    let owned = deferred.filter(isOwned)
    let others = deferred.filter { !isOwned($0) }
    let layers = Set(owned.map { blocks.places[$0].entry.layer }).sorted()
    var order: [Int] = []
    var first: [Int] = []
    for worker in 0..<workers {
      first.append(order.count)
      for layer in layers {
        let ofLayer = owned.filter { blocks.places[$0].entry.layer == layer }
        let columns = Set(ofLayer.map { blocks.places[$0].columns.lowerBound }).sorted()
        let own = columns[share(worker, of: columns.count, workers)]
        // Row by row, whose part of the input then serves all the columns from the nearest cache.
        order += ofLayer.filter { own.contains(blocks.places[$0].columns.lowerBound) }
          .sorted {
            let (one, other) = (blocks.places[$0].rows, blocks.places[$1].rows)
            return (one.lowerBound, $0) < (other.lowerBound, $1)
          }
      }
      order += others[share(worker, of: others.count, workers)]
    }
    return (order, first)
  }

  /// Places for each worker's blocks one after the other, and lines of nobody's between workers.
  private static func squares(
    of blocks: Int, deferred: [Int], firstDeferred: [Int], updating: [[Range<Int>]], workers: Int
  ) -> (places: [Int], count: Int) {
    var places = Array(repeating: 0, count: blocks)
    var count = 0
    for worker in 0..<workers {
      let end = worker + 1 < workers ? firstDeferred[worker + 1] : deferred.count
      var own = Array(deferred[firstDeferred[worker]..<end])
      for tasks in updating { own += tasks[share(worker, of: tasks.count, workers)].joined() }
      for block in own {
        places[block] = count
        count += 1
      }
      // Processors fetch lines in pairs.
      count = Matrix.padded(count) + 2 * Matrix.padding
    }
    return (places, count)
  }

  private static func share(_ worker: Int, of count: Int, _ workers: Int) -> Range<Int> {
    worker * count / workers..<(worker + 1) * count / workers
  }
}
