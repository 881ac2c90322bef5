import Kernels

/// What training needs beside activations for layers whose work is shared by columns.
struct SplitMemory {
  private let transposed: AlignedFloats
  private let work: [AlignedFloats]
  private let parts: AlignedFloats?
  private let units: Int
  private let stripe: Int

  /// Nil where no layer needs any.
  ///
  /// - Parameter chains: by layer, the number of chains that its product is formed by.
  init?(network: Network, capacity: Int, width: Int, chains: [Int]) {
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
    let largest = kernels.map { chains[$0.layer] * capacity * Matrix.stride(for: $0.columns) }.max()
    parts = largest.flatMap { $0 > 0 ? AlignedFloats(count: $0 + Matrix.padding) : nil }
  }

  /// The most floats it takes.
  static func floats(network: Network, capacity: Int, width: Int) -> Double {
    guard network.splitsColumns.contains(true) else { return 0 }
    let units = network.layout.entries.map(\.columns).max() ?? 0
    return Double(Matrix.padded(units) + width * KernelSet.largestStripe)
      * Double(Matrix.stride(for: capacity))
      // The parts of a product formed by chains, which takes few enough rows for it.
      + Double(network.layout.totalCount) / 2
  }

  /// The parts of a product formed by chains, one below the other.
  func parts(rows: Int, columns: Int) -> Matrix? { parts?.matrix(rows: rows, columns: columns) }

  /// A layer's output gradient for so many rows, transposed.
  func transposed(rows: Int) -> Matrix { transposed.matrix(rows: units, columns: rows) }

  /// Each worker's stripe of an input gradient, transposed.
  func work(rows: Int) -> [Matrix] { work.map { $0.matrix(rows: stripe, columns: rows) } }
}
