/// An engine's part of the optimizer's slots, where each of those that are joined updates some blocks of the parameters: what the
/// optimizer remembers of these nobody else needs.
///
/// Blocks of one parameter stand side by side, as many as its rows have room for, and with the stride of their weights: updates go
/// through weights and slots by the same steps. All of a slot, a vector with the parameters' layout, is there only where somebody
/// asks for it.
final class SlotShare {
  /// Where a block stands.
  private struct Position {
    /// Where the row of blocks begins that it is in.
    let first: Int
    /// The column of that at which it begins.
    var column: Int
    let stride: Int
  }

  let exchange: any GradientExchange
  private let parts: [GradientPart]
  private let places: [BlockPlace]
  /// By block; nil for those that other engines update.
  private let positions: [Position?]
  /// By slot; nil for one that every engine has all of.
  private let memory: [AlignedFloats?]
  /// The floats of a whole slot, and those that are kept of each that is divided.
  private let count: Int
  let floats: Int

  /// - Parameters:
  ///   - parts: of the gradient, which say who updates what.
  ///   - isDivided: by slot, whether this engine keeps its part of it only.
  init(
    of blocks: ParameterBlocks, parts: [GradientPart], isDivided: [Bool],
    exchange: any GradientExchange
  ) {
    self.exchange = exchange
    self.parts = parts
    places = blocks.places
    count = blocks.memory.parameters.layout.trainableCount
    let own = parts.flatMap { $0.shares[exchange.number] }
    let (positions, floats) = Self.positions(of: own.sorted(), in: blocks)
    (self.positions, self.floats) = (positions, floats)
    // The last row's padding can be read whatever its stride.
    memory = isDivided.map { $0 ? AlignedFloats(count: floats + Matrix.padding) : nil }
  }

  /// Puts blocks side by side.
  private static func positions(
    of own: [Int], in blocks: ParameterBlocks
  ) -> (positions: [Position?], floats: Int) {
    let places = blocks.places
    var heights: [Int: Int] = [:]
    for place in own.map({ places[$0] }) {
      heights[place.entry.offset] = max(heights[place.entry.offset] ?? 0, place.rows.count)
    }
    var positions = [Position?](repeating: nil, count: places.count)
    var (parameter, floats) = (-1, 0)
    var next = Position(first: 0, column: 0, stride: 0)
    for number in own {
      let offset = places[number].entry.offset
      let width = Matrix.padded(places[number].columns.count)
      let stride = blocks[number].pointee.weights.stride
      if offset != parameter || stride != next.stride || next.column + width > stride {
        parameter = offset
        next = Position(first: floats, column: 0, stride: stride)
        floats += (heights[offset] ?? 0) * stride
      }
      positions[number] = next
      next.column += width
    }
    return (positions, floats)
  }

  /// The blocks of all engines.
  var blockCount: Int { places.count }

  /// Whether this is all that the engine has of a slot.
  func divides(_ slot: Int) -> Bool { memory[slot] != nil }

  /// A slot's part of a block; nil for what is not kept here.
  func block(_ slot: Int, _ number: Int) -> Matrix? {
    guard let position = positions[number], let memory = memory[slot] else { return nil }
    let place = places[number]
    return memory.matrix(
      at: position.first, rows: place.rows.count, columns: position.stride, stride: position.stride
    ).block(0..<place.rows.count, position.column..<position.column + place.columns.count)
  }

  // MARK: - Whole slots

  private var isFirst: Bool { exchange.number == 0 }

  /// A block's place in a whole slot.
  private func view(_ number: Int, in vector: AlignedFloats) -> Matrix {
    places[number].entry.view(in: vector).block(places[number].rows, places[number].columns)
  }

  /// Takes its part out of whole slots, where they are there.
  func take(from vectors: [AlignedFloats?]) {
    for (slot, vector) in vectors.enumerated() {
      guard let vector else { continue }
      for number in places.indices {
        block(slot, number)?.copyRows(of: view(number, in: vector))
      }
    }
  }

  /// Brings all engines' parts together. All call it at the same place.
  ///
  /// - Returns: by slot a vector of its own, for the first engine; nil for the others, and for a slot that is not divided.
  func gather() throws(DescentError) -> [AlignedFloats?] {
    let whole: [AlignedFloats?] = memory.map { part in
      part != nil && isFirst ? AlignedFloats(count: count) : nil
    }
    try move { part, offsets in
      let first = part.blocks.lowerBound
      return part.shares.map { offsets[$0.lowerBound - first]..<offsets[$0.upperBound - first] }
    } fill: { slot, number in
      block(slot, number)
    } take: { slot, number in
      whole[slot].map { view(number, in: $0) }
    }
    return whole
  }

  /// Gives every engine its part of what the first one has all of. All call it at the same place.
  ///
  /// - Parameter vectors: the first engine's; those of the others are not looked at.
  func scatter(_ vectors: [AlignedFloats?]) throws(DescentError) {
    let whole: [AlignedFloats?] = isFirst ? vectors : memory.map { _ in nil }
    try move { part, offsets in
      let count = offsets[part.blocks.count]
      return part.shares.indices.map { $0 == 0 ? 0..<count : count..<count }
    } fill: { slot, number in
      whole[slot].map { view(number, in: $0) }
    } take: { slot, number in
      block(slot, number)
    }
  }

  /// Exchanges slots, part by part, with a part's blocks one after the other.
  ///
  /// - Parameters:
  ///   - slices: what each engine gives of a part, by where its blocks begin, and the last one ends.
  ///   - fill: a block's values, where this engine has them.
  ///   - take: where a block's values go, where they are wanted.
  private func move(
    slices: (GradientPart, _ offsets: [Int]) -> [Range<Int>],
    fill: (_ slot: Int, _ block: Int) -> Matrix?, take: (_ slot: Int, _ block: Int) -> Matrix?
  ) throws(DescentError) {
    let offsets = parts.map { part in
      part.blocks.reduce(into: [0]) { $0.append($0[$0.count - 1] + places[$1].floats) }
    }
    let room = AlignedFloats(count: (offsets.compactMap(\.last).max() ?? 0) + Matrix.padding)
    for slot in memory.indices where divides(slot) {
      for (part, offsets) in zip(parts, offsets) {
        func values(_ number: Int) -> Matrix {
          room.matrix(
            at: offsets[number - part.blocks.lowerBound], rows: places[number].rows.count,
            columns: places[number].columns.count)
        }
        for number in part.blocks {
          if let own = fill(slot, number) { values(number).copyRows(of: own) }
        }
        try exchange.gather(
          UnsafeMutableBufferPointer(start: room.base, count: offsets[part.blocks.count]),
          slices: slices(part, offsets))
        for number in part.blocks { take(slot, number)?.copyRows(of: values(number)) }
      }
    }
  }
}
