import Kernels

/// What training needs beside activations for layers whose work is shared by columns.
struct SplitMemory {
  private let transposed: AlignedFloats
  private let work: [AlignedFloats]
  private let units: Int
  private let stripe: Int

  /// Nil where no layer needs any.
  init?(network: Network, capacity: Int, width: Int) {
    let kernels = network.layout.entries.filter {
      network.formsInputGradientByColumns($0.layer) && $0.index == 0
    }
    guard let units = kernels.map(\.columns).max(),
      let stripe = kernels.map({ KernelSet.stripeRows(of: $0.rows) }).max()
    else { return nil }
    // Transpositions write whole vectors of rows, too.
    self.units = Matrix.padded(units)
    self.stripe = Matrix.padded(stripe)
    let rowLength = Matrix.stride(for: capacity)
    transposed = AlignedFloats(count: self.units * rowLength + Matrix.padding)
    let count = self.stripe * rowLength + Matrix.padding
    work = (0..<width).map { _ in AlignedFloats(count: count) }
  }

  /// The most floats it takes.
  static func floats(network: Network, capacity: Int, width: Int) -> Int {
    guard network.splitsColumns.contains(true) else { return 0 }
    let units = network.layout.entries.map(\.columns).max() ?? 0
    return (Matrix.padded(units) + width * KernelSet.largestStripe) * Matrix.stride(for: capacity)
  }

  /// A layer's output gradient for so many rows, transposed.
  func transposed(rows: Int) -> Matrix { transposed.matrix(rows: units, columns: rows) }

  /// Each worker's stripe of an input gradient, transposed.
  func work(rows: Int) -> [Matrix] { work.map { $0.matrix(rows: stripe, columns: rows) } }
}
