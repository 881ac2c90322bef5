import CVector

/// C = A·B + bias, then max(0, ·) where `rectify` is set.
///
/// An element is the sum, in ascending order, of chains over `chain` steps of the inner dimension each: shorter
/// chains round less. (One chain of 784 steps differed from the exact sum by twice what NumPy's did.)
///
/// A is rows × depth, B depth × columns, C rows × columns, all row-major with strides in elements. B's and
/// C's rows, and the bias, are readable and writable up to the next multiple of a vector past `columns`; A needs no padding.
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
    return
  }
  let count = vectors(columns)
  if isThin(rows: rows, count: count, depth: depth, bStride: bStride) {
    thinProduct(
      rows: rows, count: count, depth: depth, a: a, aStride: aStride, b: b, bStride: bStride, c: c,
      cStride: cStride, bias: bias, rectify: rectify, chain: chain)
    return
  }
  // Of the left operand, as many rows at a time as stay in the second-level cache while all panels pass by.
  let runs = (rows + cachedRows - 1) / cachedRows
  let run = runs > 1 ? ((rows + runs - 1) / runs + tileRows - 1) / tileRows * tileRows : rows
  // Copying takes its time again from few rows.
  let packs =
    packsProducts && count * lanes > packedColumns && 2 * rows > cachedRows && chain <= packedDepth
    && packedFloats <= Int(descent_scratch_floats)
  // Blocks as deep as a chain, whose panels of B stay in the nearest caches while all rows pass over them. Meanwhile
  // the next panel is asked for, a line for each row of B by each of the first tiles: its rows lie a stride apart, which
  // the processor's own prefetching does not follow. Asked for in bursts between tiles, it gains
  // little with many rows and costs with few (Zen 5, measured).
  var start = 0
  while start < depth {
    let block = chain < depth - start ? chain : depth - start
    let isLast = start + block == depth
    var firstRow = 0
    while firstRow < rows {
      let endRow = rows - firstRow > run ? firstRow + run : rows
      if packs {
        packedProduct(
          rows: endRow - firstRow, count: count, depth: block, a: a + firstRow * aStride + start,
          aStride: aStride, b: b + start * bStride, bStride: bStride, c: c + firstRow * cStride,
          cStride: cStride, adds: start > 0, bias: bias, rectify: rectify, isLast: isLast)
        firstRow = endRow
        continue
      }
      var vector = 0
      while vector < count {
        let width = tileWidth(at: vector, of: count)
        let column = vector * lanes
        let panel = b + start * bStride + column
        // Nothing beyond the columns is asked for: it may be another worker's, who is to write it.
        let isLastPanel = vector + width == count
        let next: UnsafePointer<Float>? =
          !isLastPanel
          ? panel + width * lanes
          : endRow < rows
            ? b + start * bStride : isLast ? nil : b + (start + block) * bStride
        let bytes = 4 * lanes * tileWidth(at: isLastPanel ? 0 : vector + width, of: count)
        var row = firstRow
        var line = 0
        while row < endRow {
          let height = tileHeight(at: row, of: endRow)
          let destination = c + row * cStride + column
          let ahead = line < bytes ? next.map { $0 + line / 4 } : nil
          productTile(
            rows: height, width: width, depth: block,
            (
              a + row * aStride + start, aStride, panel, bStride, ahead, destination, cStride,
              start > 0
            ))
          if isLast {
            finish(
              rows: height, width: width, c: destination, cStride: cStride,
              bias: bias.map { $0 + column }, rectify: rectify)
          }
          row += height
          line += 64
        }
        vector += width
      }
      firstRow = endRow
    }
    start += block
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
