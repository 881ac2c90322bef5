import Kernels

/// A piece of a parameter.
struct BlockPlace {
  let entry: ParameterLayout.Entry
  let rows: Range<Int>
  let columns: Range<Int>
  let order: BlockCut.Order

  /// Those of its gradient where that stands by itself.
  var floats: Int { rows.count * Matrix.stride(for: columns.count) }
}

/// The blocks that a network's trained parameters are cut into, each of which one task forms the gradient of and updates.
///
/// They are numbered parameter by parameter; sums over blocks go in that order, which depends on no thread.
package final class ParameterBlocks {
  /// Views only, nothing counted by reference: every worker reads blocks in every step.
  package struct Block {
    let layer: Int
    let index: Int
    let rows: Range<Int>
    let columns: Range<Int>
    /// Whether its gradient is formed over the whole batch, whatever the group.
    let spansBatch: Bool
    let weights: Matrix
    /// The same block of the parameter's copies.
    let copies: UnsafeBufferPointer<Copy>
    let slot0: Matrix?
    let slot1: Matrix?
    let slot2: Matrix?
    let slot3: Matrix?
    /// What of them has to come from memory by the time that the gradient is formed.
    let upcoming: Upcoming?
  }

  /// A block of a parameter's copy.
  struct Copy {
    let form: DerivedCopy
    let matrix: Matrix
  }

  /// Columns of a constrained parameter: one task of the phase that constrains.
  struct Constrained {
    let constraint: any Constraint
    let weights: Matrix
    let copies: UnsafeBufferPointer<Copy>
  }

  let memory: UpdatedMemory
  let places: [BlockPlace]
  let constrained: [Constrained]
  private let blocks: UnsafeMutablePointer<Block>

  /// - Parameters:
  ///   - cuts: how parameters are cut, by entry of the layout.
  ///   - spansBatch: of which parameters the gradient is formed over the whole batch, by entry of the layout.
  ///   - movesWeights: false where a gradient is only looked at.
  init(
    of memory: UpdatedMemory, cuts: [BlockCut], spansBatch: [Bool], slots: Int, movesWeights: Bool
  ) {
    self.memory = memory
    let layout = memory.parameters.layout
    let trained = zip(layout.entries, cuts).filter { $0.0.specification.isTrainable }
    places = trained.flatMap { Self.places(of: $0, cut: $1) }
    let exceedsCache = (1 + slots) * layout.trainableCount > Self.floatsInCache
    let spans = Set(zip(layout.entries, spansBatch).filter(\.1).map(\.0.offset))
    blocks = .allocate(capacity: places.count)
    for (number, place) in places.enumerated() {
      (blocks + number).initialize(
        to: Self.block(
          at: place, of: memory, spansBatch: spans.contains(place.entry.offset), slots: slots,
          asksAhead: exceedsCache))
    }
    constrained = movesWeights ? trained.flatMap { Self.constrained($0.0, of: memory) } : []
  }

  deinit {
    for number in places.indices { blocks[number].copies.deallocate() }
    for task in constrained { task.copies.deallocate() }
    blocks.deallocate()
  }

  /// A block of a parameter's copies, in memory of their own.
  private static func copies(
    of entry: ParameterLayout.Entry, _ rows: Range<Int>, _ columns: Range<Int>,
    in memory: UpdatedMemory
  ) -> UnsafeBufferPointer<Copy> {
    let copies = entry.copies(in: memory.parameters.copies)
    let buffer = UnsafeMutableBufferPointer<Copy>.allocate(capacity: copies.count)
    for (index, copy) in copies.enumerated() {
      buffer.initializeElement(
        at: index,
        to: Copy(
          form: copy.form, matrix: copy.form.block(of: copy.matrix, rows: rows, columns: columns)))
    }
    return UnsafeBufferPointer(buffer)
  }

  /// Weights and slots beyond which an update waits for memory: 16 MB.
  private static let floatsInCache = 1 << 22

  var count: Int { places.count }
  /// Where a block's views lie: copying them all takes as long as a small kernel.
  subscript(number: Int) -> UnsafePointer<Block> { UnsafePointer(blocks + number) }

  /// All blocks of a layer.
  func numbers(ofLayer layer: Int) -> Range<Int> {
    let own = places.indices.filter { blocks[$0].layer == layer }
    guard let first = own.first, let last = own.last else { return 0..<0 }
    return first..<last + 1
  }

  /// The blocks of a layer's parameter that begin in a range of its rows.
  /// - Precondition: they are numbered one after the other.
  func numbers(of index: Int, layer: Int, rows: Range<Int>) -> Range<Int> {
    let own = places.indices.filter {
      blocks[$0].layer == layer && blocks[$0].index == index
        && rows.contains(blocks[$0].rows.lowerBound)
    }
    guard let first = own.first, let last = own.last else { return 0..<0 }
    precondition(own.count == last - first + 1, "blocks \(own) of rows \(rows)")
    return first..<last + 1
  }

  private static func places(of entry: ParameterLayout.Entry, cut: BlockCut) -> [BlockPlace] {
    let rows = StepPhases.tasks(of: entry.rows, width: cut.rows)
    let columns = StepPhases.tasks(of: entry.columns, width: cut.columns)
    func place(_ rows: Range<Int>, _ columns: Range<Int>) -> BlockPlace {
      BlockPlace(entry: entry, rows: rows, columns: columns, order: cut.order)
    }
    switch cut.order {
    case .byRows: return rows.flatMap { rows in columns.map { place(rows, $0) } }
    case .byColumns: return columns.flatMap { columns in rows.map { place($0, columns) } }
    }
  }

  private static func block(
    at place: BlockPlace, of memory: UpdatedMemory, spansBatch: Bool, slots: Int, asksAhead: Bool
  ) -> Block {
    let (entry, rows, columns) = (place.entry, place.rows, place.columns)
    func slot(_ number: Int) -> Matrix? {
      number < slots ? memory.slot(number, entry, rows, columns) : nil
    }
    let weights = memory.values(entry, rows, columns)
    return Block(
      layer: entry.layer, index: entry.index, rows: rows, columns: columns,
      spansBatch: spansBatch, weights: weights,
      copies: copies(of: entry, rows, columns, in: memory),
      slot0: slot(0), slot1: slot(1), slot2: slot(2), slot3: slot(3),
      upcoming: asksAhead ? Upcoming([weights] + (0..<slots).compactMap(slot)) : nil)
  }

  private static func constrained(
    _ entry: ParameterLayout.Entry, of memory: UpdatedMemory
  ) -> [Constrained] {
    guard let constraint = entry.specification.constraint else { return [] }
    return StepPhases.tasks(of: entry.columns, width: StepPhases.columnsPerTask).map { columns in
      Constrained(
        constraint: constraint, weights: memory.values(entry, 0..<entry.rows, columns),
        copies: copies(of: entry, 0..<entry.rows, columns, in: memory))
    }
  }
}
