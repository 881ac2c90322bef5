/// What updates read and write: parameters and slots in their flat vectors, but in panels where workers share a
/// parameter by columns of it.
struct UpdatedMemory {
  let parameters: Parameters
  /// To be loaded before steps run, and stored after.
  let panels: [ColumnPanels]
  /// The parameters' values, then slot after slot of those that stand here.
  private let vectors: [AlignedFloats]
  /// By slot its number among these.
  private let numbers: [Int?]

  /// - Parameters:
  ///   - slots: nil in the place of one that stands elsewhere (`SlotShare`).
  ///   - panelled: parameters that stand in panels, and the panels' columns.
  init(
    parameters: Parameters, slots: [AlignedFloats?],
    panelled: [(entry: ParameterLayout.Entry, columns: Int)]
  ) {
    self.parameters = parameters
    let vectors = [parameters.values] + slots.compactMap { $0 }
    self.vectors = vectors
    var count = 0
    numbers = slots.map { slot in
      count += slot == nil ? 0 : 1
      return slot == nil ? nil : count
    }
    panels = panelled.map { ColumnPanels(of: $0.entry, in: vectors, width: $0.columns) }
  }

  /// A block of a parameter's values.
  func values(_ entry: ParameterLayout.Entry, _ rows: Range<Int>, _ columns: Range<Int>) -> Matrix {
    block(0, entry, rows, columns)
  }

  /// The same block of a slot; nil where that stands elsewhere.
  func slot(
    _ slot: Int, _ entry: ParameterLayout.Entry, _ rows: Range<Int>, _ columns: Range<Int>
  ) -> Matrix? {
    numbers[slot].map { block($0, entry, rows, columns) }
  }

  private func block(
    _ vector: Int, _ entry: ParameterLayout.Entry, _ rows: Range<Int>, _ columns: Range<Int>
  ) -> Matrix {
    if let panels = panels.first(where: { $0.entry.offset == entry.offset }) {
      return panels.block(vector, rows, columns)
    }
    return entry.view(in: vectors[vector]).block(rows, columns)
  }
}
