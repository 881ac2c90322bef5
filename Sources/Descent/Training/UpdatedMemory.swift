import Kernels

/// What updates read and write: parameters and slots in their flat vectors, but the first layer's kernel in panels
/// where workers share it by columns.
struct UpdatedMemory {
  let parameters: Parameters
  /// To be loaded before steps run, and stored after.
  let panels: ColumnPanels?
  /// The parameters' values, then slot after slot.
  private let vectors: [AlignedFloats]
  /// Where in the vectors the kernel in panels begins.
  private let panelled: Int?

  init(network: Network, parameters: Parameters, slots: [AlignedFloats], batchRows: Int) {
    self.parameters = parameters
    let vectors = [parameters.values] + slots
    let kernel = Self.kernel(of: network, batchRows: batchRows)
    self.vectors = vectors
    panelled = kernel?.offset
    panels = kernel.map {
      ColumnPanels(of: $0, in: vectors, width: GatheredInput.columnsPerTask(of: $0.columns))
    }
  }

  /// The floats that panels take for each vector.
  static func floats(network: Network, batchRows: Int) -> Int {
    kernel(of: network, batchRows: batchRows).map(ColumnPanels.floats) ?? 0
  }

  private static func kernel(of network: Network, batchRows: Int) -> ParameterLayout.Entry? {
    GatheredInput.layer(of: network, capacity: batchRows)
      .flatMap { network.layout.entries(of: $0).first }
  }

  /// A block of a parameter's values.
  func values(_ entry: ParameterLayout.Entry, _ rows: Range<Int>, _ columns: Range<Int>) -> Matrix {
    block(0, entry, rows, columns)
  }

  /// The same block of a slot.
  func slot(
    _ slot: Int, _ entry: ParameterLayout.Entry, _ rows: Range<Int>, _ columns: Range<Int>
  ) -> Matrix {
    block(slot + 1, entry, rows, columns)
  }

  private func block(
    _ vector: Int, _ entry: ParameterLayout.Entry, _ rows: Range<Int>, _ columns: Range<Int>
  ) -> Matrix {
    if let panels, entry.offset == panelled { return panels.block(vector, rows, columns) }
    return entry.view(in: vectors[vector]).block(rows, columns)
  }
}
