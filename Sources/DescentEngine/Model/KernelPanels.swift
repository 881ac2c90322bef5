/// The kernels of wide layers a second time, in the order in which a product with few rows reads them: panels of a few
/// columns, row below row.
///
/// With many rows each float of a kernel takes part in many multiply-adds; with few, reading it is all the time there is. As
/// kernels lie, the rows of a tile's panel are a stride apart, where the processor fetches nothing ahead; here a product
/// reads memory from one end to the other. The chains of its sums are the same, to the same bits.
final class KernelPanels: @unchecked Sendable {
  /// Rows whose product goes by panels. One row reads a kernel's rows as they lie, from end to end as well; with more than
  /// these, a panel that has come once serves several tiles.
  static let rows = 2...64
  /// Columns of a panel: those of the widest tile (AVX-512), and of three of AVX2.
  private static let width = 48

  /// By layer; never changed.
  private let panels: [Int: ColumnPanels]

  /// Of a network's parameters, which never change.
  init(of network: Network, _ parameters: Parameters) {
    var panels: [Int: ColumnPanels] = [:]
    for index in Self.layers(of: network) {
      let entry = network.layout.entries(of: index)[0]
      panels[index] = ColumnPanels(of: entry, in: [parameters.values], width: Self.width)
      panels[index]?.load()
    }
    self.panels = panels
  }

  /// Layers whose kernels are read in panels: rounded ones are copies already, read as they lie.
  private static func layers(of network: Network) -> [Int] {
    guard network.precision == .float32 else { return [] }
    return network.layers.indices.filter { network.sharesColumns[$0] }
  }

  /// The floats that they take.
  static func floats(of network: Network) -> Int {
    layers(of: network).reduce(0) {
      $0 + ColumnPanels.floats(of: network.layout.entries(of: $1)[0])
    }
  }

  /// Columns of a layer's output, all where nil, over all rows of the context.
  /// - Returns: false where it does not go by panels, and nothing is done.
  func forward(
    _ index: Int, _ layer: any Layer, _ context: LayerContext, columns: Range<Int>? = nil
  )
    -> Bool
  {
    guard Self.rows ~= context.output.rows, let panels = panels[index],
      let layer = layer as? any ColumnLayer
    else { return false }
    let columns = columns ?? 0..<panels.entry.columns
    var start = columns.lowerBound
    while start < columns.upperBound {
      let end = min((start / Self.width + 1) * Self.width, columns.upperBound)
      layer.forward(
        context, columns: start..<end,
        kernel: panels.block(0, 0..<panels.entry.rows, start..<end))
      start = end
    }
    return true
  }
}
