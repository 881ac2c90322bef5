import CVector

/// C = A·B + bias, then max(0, ·) where `rectify` is set.
///
/// An element is the sum, in ascending order, of chains over `chain` steps of the inner dimension each: shorter
/// chains round less. (One chain of 784 steps differed from the exact sum by twice what NumPy's did.)
///
/// A is rows × depth, B depth × columns, C rows × columns, all row-major with strides in elements. B's and
/// C's rows, and the bias, are readable and writable up to the next multiple of a vector past `columns`.
public func matrixProduct(
  rows: Int, columns: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>, cStride: Int,
  bias: UnsafePointer<Float>?, rectify: Bool, chain: Int
) {
  if depth == 0 {
    for row in 0..<rows {
      for vector in 0..<vectors(columns) {
        let column = vector * lanes
        let sum = V.zero + (bias.map { load($0 + column) } ?? V.zero)
        store(rectify ? maximum(sum, V.zero) : sum, c + row * cStride + column)
      }
    }
  }
  // A matrix that fits the caches is fastest taken in one go and left to them. A larger one is taken in blocks whose
  // panels fit the first level, each asked for while the one before is in use (10 % more at 2048 × 2048); for
  // matrices that are in the caches already the asking alone costs 5 to 10 % (Zen 5, both measured).
  let isLarge = depth * columns > largeMatrix && rows >= 4 * tileRows
  var start = 0
  while start < depth {
    let block = isLarge ? min(chain, depth - start) : depth
    let isLast = start + block == depth
    var column = 0
    while column < columns {
      let wide = columns - column > lanes
      var row = 0
      while row < rows {
        let height = tileHeight(at: row, of: rows)
        let destination = c + row * cStride + column
        if isLarge {
          prefetchPanel(
            b + start * bStride + column + 2 * lanes, bStride: bStride,
            from: block * row / rows, to: block * (row + height) / rows)
        }
        var link = start
        while link < start + block {
          tile(
            rows: height, wide: wide, depth: min(chain, start + block - link),
            a: a + row * aStride + link, aStride: aStride, overRows: true,
            b: b + link * bStride + column,
            bStride: bStride, c: destination, cStride: cStride, adds: link > 0)
          link += chain
        }
        if isLast {
          finish(
            rows: height, wide: wide, c: destination, cStride: cStride,
            bias: bias.map { $0 + column }, rectify: rectify)
        }
        row += height
      }
      column += wide ? 2 * lanes : lanes
    }
    start += block
  }
}

/// Elements of the right operand from which on it is too large for the caches to be left alone: 4 MB.
@inline(__always) var largeMatrix: Int { 1 << 20 }

/// Asks for a share of the next panel of B, two vectors wide. Its rows lie a stride apart, which the processor's
/// own prefetching does not follow; asked for tile by tile, they are there when the panel's turn comes.
@inline(__always) func prefetchPanel(
  _ panel: UnsafePointer<Float>, bStride: Int, from first: Int, to last: Int
) {
  var row = UnsafeRawPointer(panel + first * bStride)
  for _ in first..<last {
    descent_prefetch(row)
    if 2 * lanes * 4 > 64 { descent_prefetch(row + 64) }
    row += bStride * 4
  }
}

/// Adds the bias and applies max(0, ·) while the tile is still in the first-level cache.
@inline(__always) func finish(
  rows: Int, wide: Bool, c: UnsafeMutablePointer<Float>, cStride: Int,
  bias: UnsafePointer<Float>?, rectify: Bool
) {
  guard bias != nil || rectify else { return }
  let bias0 = bias.map { load($0) } ?? V.zero
  let bias1 = wide ? (bias.map { load($0 + lanes) } ?? V.zero) : V.zero
  for row in 0..<rows {
    let p = c + row * cStride
    var first = load(p) + bias0
    if rectify { first = maximum(first, V.zero) }
    store(first, p)
    if wide {
      var second = load(p + lanes) + bias1
      if rectify { second = maximum(second, V.zero) }
      store(second, p + lanes)
    }
  }
}

/// One tile of a weight gradient, Xᵀ·D summed over shards in shard order:
/// g[i, j] = Σ_s (Σ_{r in shard s} x[r, i]·d[r, j]), each shard's sum complete before it is added.
///
/// `x` and `d` point at the first row of the batch and at the tile's first column of each; shard s holds
/// the rows `bounds[s] ..< bounds[s + 1]`.
public func gradientProduct(
  rows: Int, columns: Int, shards: Int, bounds: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, g: UnsafeMutablePointer<Float>, gStride: Int
) {
  var column = 0
  while column < columns {
    let wide = columns - column > lanes
    var row = 0
    while row < rows {
      let height = tileHeight(at: row, of: rows)
      for shard in 0..<shards {
        let start = Int(bounds[shard])
        tile(
          rows: height, wide: wide, depth: Int(bounds[shard + 1]) - start,
          a: x + start * xStride + row, aStride: xStride, overRows: false,
          b: d + start * dStride + column,
          bStride: dStride, c: g + row * gStride + column, cStride: gStride,
          adds: shard > 0)
      }
      row += height
    }
    column += wide ? 2 * lanes : lanes
  }
}
