/// Blocks that a phase deals with, each worker's own one after the other.
final class BlockList {
  /// A copy whose elements are read without counting a reference to an array, which all workers would do at once.
  let numbers: UnsafePointer<Int>
  let count: Int
  /// Where each worker's begin.
  let firsts: [Int]

  fileprivate init(_ shares: (order: [Int], firsts: [Int])) {
    numbers = BlockShares.copy(shares.order)
    count = shares.order.count
    firsts = shares.firsts
  }

  deinit { numbers.deallocate() }

  fileprivate func own(_ worker: Int) -> [Int] {
    let end = worker + 1 < firsts.count ? firsts[worker + 1] : count
    return (firsts[worker]..<end).map { numbers[$0] }
  }
}

/// Which worker begins with which blocks, and where each notes its sums.
///
/// Results do not depend on it: whoever updates a block, its sum is added in the order of blocks.
final class BlockShares {
  /// By part of the gradient, all its blocks but those that layers' phases update.
  let all: [BlockList]
  /// Those of them that this engine updates, and the others.
  let own: [BlockList]
  let others: [BlockList]
  /// By block: where its gradient's Σ g² stands among those of all. Each worker writes to cache lines of its own: a store
  /// that waits for a line from another core holds up all that come after it.
  let squares: UnsafePointer<Int>
  /// Their number, gaps included.
  let squareCount: Int

  /// - Parameters:
  ///   - parts: of the gradient.
  ///   - engine: the number of this one among those that share updates.
  ///   - updating: for each phase that updates blocks, those of each of its tasks.
  init(
    of blocks: ParameterBlocks, parts: [GradientPart], engine: Int, updating: [[Range<Int>]],
    workers: Int
  ) {
    let immediate = Set(updating.joined().joined())
    func list(_ numbers: some Sequence<Int>) -> BlockList {
      BlockList(
        Self.shared(numbers.filter { !immediate.contains($0) }, of: blocks, workers: workers))
    }
    let all = parts.map { list($0.blocks) }
    self.all = all
    own = parts.map { list($0.shares[engine]) }
    others = parts.map { part in
      list(part.blocks.filter { !part.shares[engine].contains($0) })
    }
    let (places, count) = Self.squares(
      of: blocks.count, lists: all, updating: updating, workers: workers)
    squares = Self.copy(places)
    squareCount = count
  }

  deinit { squares.deallocate() }

  /// The blocks of a phase; nil where it deals with none.
  func list(of phase: StepPhases.Phase) -> BlockList? {
    switch phase {
    case .formGradients(let part): all[part]
    case .refineGradients(let part), .updateBlocks(let part): own[part]
    case .takeBlocks(let part): others[part]
    case .rows, .weights, .layer, .updating, .batchSums, .constrain: nil
    }
  }

  /// A copy whose elements are read without counting a reference to an array, which all workers would do at once.
  fileprivate static func copy(_ numbers: [Int]) -> UnsafePointer<Int> {
    let copy = UnsafeMutablePointer<Int>.allocate(capacity: numbers.count + 1)
    copy.initialize(repeating: 0, count: numbers.count + 1)
    for (index, number) in numbers.enumerated() { copy[index] = number }
    return UnsafePointer(copy)
  }

  /// Of a parameter that goes by columns, to each worker the columns that it has forward as well; of all others, equal
  /// numbers.
  private static func shared(
    _ deferred: [Int], of blocks: ParameterBlocks, workers: Int
  ) -> (order: [Int], firsts: [Int]) {
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
    of blocks: Int, lists: [BlockList], updating: [[Range<Int>]], workers: Int
  ) -> (places: [Int], count: Int) {
    var places = Array(repeating: 0, count: blocks)
    var count = 0
    for worker in 0..<workers {
      var own = lists.flatMap { $0.own(worker) }
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
