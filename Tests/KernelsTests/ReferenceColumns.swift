@testable import Kernels

extension Reference {
  /// Sums of an element down each column: a chain over each shard's rows, the shards' sums added in order.
  static func columnSums(
    _ columns: Int, _ shards: Shards, _ element: (_ row: Int, _ column: Int) -> Float
  ) -> Grid {
    Grid(1, columns) { _, column in
      var total: Float = 0
      for shard in 0..<shards.count {
        var sum: Float = 0
        for row in shards.range(shard) { sum += element(row, column) }
        total = shard == 0 ? sum : total + sum
      }
      return total
    }
  }

  /// The cost Σ_r d_r·(γ·x̂_r + β) of one column normalised by its own statistics, in Double.
  static func normalizedCost(_ x: [Double], _ d: [Double], gamma: Double, epsilon: Double) -> Double
  {
    let count = Double(x.count)
    let mean = x.reduce(0, +) / count
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let scale = 1 / (variance + epsilon).squareRoot()
    return zip(x, d).reduce(0) { $0 + $1.1 * gamma * ($1.0 - mean) * scale }
  }
}
