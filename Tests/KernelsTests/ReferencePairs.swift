@testable import Kernels

/// Plain scalar references for products of bfloat16 numbers.
extension Reference {
  /// The nearest number with 8 bits of significand, the even one of two; subnormal numbers are zero.
  static func rounded(_ x: Float) -> Float {
    if x.isNaN { return .nan }
    if !x.isNormal { return x.isInfinite ? x : x.sign == .minus ? -0.0 : 0 }
    let spacing = x.ulp * 65536
    let scaled = x / spacing
    return scaled.rounded(.toNearestOrEven) * spacing
  }

  /// One chain over terms: of each two that follow one another the later product first; of an odd number the last alone.
  static func pairChain(_ terms: [(a: Float, b: Float)]) -> Float {
    var sum: Float = 0
    for first in stride(from: 0, to: terms.count, by: 2) {
      if first + 1 < terms.count {
        sum.addProduct(rounded(terms[first + 1].a), rounded(terms[first + 1].b))
      }
      sum.addProduct(rounded(terms[first].a), rounded(terms[first].b))
    }
    return sum
  }

  static func pairProduct(_ a: Matrix, _ b: Matrix, chain length: Int) -> Grid {
    Grid(a.rows, b.columns) { i, j in
      var sum: Float = 0
      for start in stride(from: 0, to: a.columns, by: length) {
        let chain = pairChain(
          (start..<min(a.columns, start + length)).map { (a[i, $0], b[$0, j]) })
        sum = start == 0 ? chain : sum + chain
      }
      return sum
    }
  }

  /// xᵀ·d: each shard's rows in pairs, over all shards in chains of 128 of them, added in order.
  static func pairGradient(_ x: Matrix, _ d: Matrix, shards: Shards) -> Grid {
    Grid(x.columns, d.columns) { i, j in
      var terms: [(a: Float, b: Float)] = []
      for shard in 0..<shards.count {
        for row in shards.range(shard) { terms.append((x[row, i], d[row, j])) }
        if shards.range(shard).count % 2 == 1 { terms.append((0, 0)) }
      }
      var total: Float?
      for first in stride(from: 0, to: terms.count, by: 256) {
        let sum = pairChain(Array(terms[first..<min(first + 256, terms.count)]))
        total = total.map { $0 + sum } ?? sum
      }
      return total ?? 0
    }
  }
}
