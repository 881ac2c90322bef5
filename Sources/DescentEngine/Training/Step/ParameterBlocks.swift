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
    /// The optimizer's own; none of a block that another engine updates.
    fileprivate(set) var slot0: Matrix?
    fileprivate(set) var slot1: Matrix?
    fileprivate(set) var slot2: Matrix?
    fileprivate(set) var slot3: Matrix?
    /// What of all that has to come from memory by the time that the gradient is formed.
    fileprivate(set) var upcoming: Upcoming?
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
  private let slots: Int
  /// What this engine keeps of slots that are divided.
  private var share: SlotShare?

  /// - Parameters:
  ///   - slots: how many the optimizer has itself.
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
    self.slots = slots
    let spans = Set(zip(layout.entries, spansBatch).filter(\.1).map(\.0.offset))
    blocks = .allocate(capacity: places.count)
    for (number, place) in places.enumerated() {
      (blocks + number).initialize(
        to: Self.block(
          at: place, of: memory, spansBatch: spans.contains(place.entry.offset)))
    }
    constrained = movesWeights ? trained.flatMap { Self.constrained($0.0, of: memory) } : []
    laySlots()
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
    at place: BlockPlace, of memory: UpdatedMemory, spansBatch: Bool
  ) -> Block {
    let (entry, rows, columns) = (place.entry, place.rows, place.columns)
    return Block(
      layer: entry.layer, index: entry.index, rows: rows, columns: columns,
      spansBatch: spansBatch, weights: memory.values(entry, rows, columns),
      copies: copies(of: entry, rows, columns, in: memory))
  }

  /// A slot's part of a block; nil where another engine keeps it.
  func slot(_ slot: Int, of number: Int) -> Matrix? {
    let place = places[number]
    return share?.block(slot, number) ?? memory.slot(slot, place.entry, place.rows, place.columns)
  }

  /// Has blocks find slots that are divided in what this engine keeps of them.
  func keep(_ share: SlotShare) {
    self.share = share
    laySlots()
  }

  private func laySlots() {
    let exceedsCache = (1 + slots) * memory.parameters.layout.trainableCount > Self.floatsInCache
    for number in places.indices {
      let own = (0..<slots).map { slot($0, of: number) }
      func view(_ slot: Int) -> Matrix? { slot < slots ? own[slot] : nil }
      let block = blocks + number
      (block.pointee.slot0, block.pointee.slot1) = (view(0), view(1))
      (block.pointee.slot2, block.pointee.slot3) = (view(2), view(3))
      block.pointee.upcoming =
        exceedsCache ? Upcoming([block.pointee.weights] + own.compactMap { $0 }) : nil
    }
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
