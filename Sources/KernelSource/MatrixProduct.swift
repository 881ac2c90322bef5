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
  // Blocks as deep as a chain, whose panels of B stay in the nearest caches while all rows pass over them. Where B is
  // larger than the caches, each panel is asked for while the one before is in use (10 % more at 2048 × 2048); for
  // matrices that are in the caches already the asking alone costs 5 to 10 % (Zen 5, both measured).
  let isLarge = depth * columns > largeMatrix && rows >= 4 * tileRows
  let count = vectors(columns)
  var start = 0
  while start < depth {
    let block = chain < depth - start ? chain : depth - start
    let isLast = start + block == depth
    var vector = 0
    while vector < count {
      let width = tileWidth(at: vector, of: count)
      let column = vector * lanes
      var row = 0
      while row < rows {
        let height = tileHeight(at: row, of: rows)
        let destination = c + row * cStride + column
        if isLarge {
          prefetchPanel(
            b + start * bStride + column + width * lanes, bStride: bStride,
            from: block * row / rows, to: block * (row + height) / rows)
        }
        tile(
          rows: height, width: width, depth: block, a: a + row * aStride + start, aStride: aStride,
          b: b + start * bStride + column, bStride: bStride, c: destination, cStride: cStride,
          adds: start > 0)
        if isLast {
          finish(
            rows: height, width: width, c: destination, cStride: cStride,
            bias: bias.map { $0 + column }, rectify: rectify)
        }
        row += height
      }
      vector += width
    }
    start += block
  }
}

/// Elements of the right operand from which on it is too large for the caches to be left alone: 4 MB.
@inline(__always) var largeMatrix: Int { 1 << 20 }

/// Asks for a share of the next panel of B, as wide as a tile. Its rows lie a stride apart, which the processor's
/// own prefetching does not follow; asked for tile by tile, they are there when the panel's turn comes.
@inline(__always) func prefetchPanel(
  _ panel: UnsafePointer<Float>, bStride: Int, from first: Int, to last: Int
) {
  var row = UnsafeRawPointer(panel + first * bStride)
  let bytes = tileVectors * lanes * 4
  for _ in first..<last {
    descent_prefetch(row)
    if bytes > 64 { descent_prefetch(row + 64) }
    if bytes > 128 { descent_prefetch(row + 128) }
    row += bStride * 4
  }
}

/// Adds the bias and applies max(0, ·) while the tile is still in the first-level cache.
@inline(__always) func finish(
  rows: Int, width: Int, c: UnsafeMutablePointer<Float>, cStride: Int,
  bias: UnsafePointer<Float>?, rectify: Bool
) {
  guard bias != nil || rectify else { return }
  for vector in 0..<width {
    let bias = bias.map { load($0 + vector * lanes) } ?? V.zero
    for row in 0..<rows {
      let p = c + row * cStride + vector * lanes
      let sum = load(p) + bias
      store(rectify ? maximum(sum, V.zero) : sum, p)
    }
  }
}
