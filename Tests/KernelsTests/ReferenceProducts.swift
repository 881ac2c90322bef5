@testable import Kernels

/// Plain scalar references, one loop inside the other, for what the kernels compute with vectors.
enum Reference {
  /// c + a·b, with one rounding or with two.
  static func multiplyAdd(_ c: Float, _ a: Float, _ b: Float, fused: Bool) -> Float {
    fused ? c.addingProduct(a, b) : c + a * b
  }

  /// a·b, each element the chain over k in ascending order.
  static func product(_ a: Matrix, _ b: Matrix, chain length: Int, fused: Bool) -> Grid {
    Grid(a.rows, b.columns) { i, j in
      var sum: Float = 0
      for start in stride(from: 0, to: a.columns, by: length) {
        var chain: Float = 0
        for k in start..<min(a.columns, start + length) {
          chain = multiplyAdd(chain, a[i, k], b[k, j], fused: fused)
        }
        sum = start == 0 ? chain : sum + chain
      }
      return sum
    }
  }

  /// c + bias, then max(0, ·), which lets NaN through.
  static func finish(_ c: Matrix, bias: Matrix?, rectify: Bool) -> Grid {
    Grid(c.rows, c.columns) { i, j in
      var value = c[i, j]
      if bias != nil || rectify { value += bias.map { $0[0, j] } ?? 0 }
      return rectify && value < 0 ? 0 : value
    }
  }

  /// a·b + bias in Double, with the bound of any chain of Float operations in ascending order: `depth`
  /// products and sums and the bias, so (depth + 2)·u times the sum of magnitudes (N. Higham, Accuracy and
  /// Stability of Numerical Algorithms, section 3.1).
  static func boundedProduct(
    _ a: Matrix, _ b: Matrix, bias: Matrix, _ i: Int, _ j: Int
  ) -> Bounded {
    var sum = Double(bias[0, j])
    var magnitude = abs(sum)
    for k in 0..<a.columns {
      let term = Double(a[i, k]) * Double(b[k, j])
      sum += term
      magnitude += abs(term)
    }
    return Bounded(value: sum, error: Double(a.columns + 2) * unit * magnitude)
  }

  /// xᵀ·d: a chain over the rows of each shard, the shards' sums added in order.
  static func gradient(_ x: Matrix, _ d: Matrix, shards: Shards, fused: Bool) -> Grid {
    Grid(x.columns, d.columns) { i, j in
      var total: Float = 0
      for shard in 0..<shards.count {
        var sum: Float = 0
        for row in shards.range(shard) {
          sum = multiplyAdd(sum, x[row, i], d[row, j], fused: fused)
        }
        total = shard == 0 ? sum : total + sum
      }
      return total
    }
  }
}
