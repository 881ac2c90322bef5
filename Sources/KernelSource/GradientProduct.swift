import CVector

/// One block of a weight gradient, Xᵀ·D summed over shards in shard order:
/// g[i, j] = Σ_s (Σ_{r in shard s} x[r, i]·d[r, j]), each shard's sum complete before it is added.
///
/// `x` and `d` point at the first row of the batch and at the block's first column of each; shard s holds
/// the rows `bounds[s] ..< bounds[s + 1]`. Rows of both are readable up to the next multiple of a vector.
///
/// Where there is `u`, a block of as many rows and columns and two more like it, `uSecond` and `uThird` elements on, are
/// what will be read next: they are asked for from memory meanwhile.
public func gradientProduct(
  rows: Int, columns: Int, shards: Int, bounds: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, g: UnsafeMutablePointer<Float>, gStride: Int,
  u: UnsafePointer<Float>?, uStride: Int, uSecond: Int, uThird: Int
) {
  let count = vectors(columns)
  // What comes is asked for in runs, one by each tile: rows, or parts as many as tiles where rows stand one behind the
  // other.
  let tiles = rows / tileRows * ((count + tileVectors - 1) / tileVectors)
  let isWhole = uStride == count * lanes && tiles > 0
  let runLength = isWhole ? rows * uStride / tiles : count * lanes
  let runStride = isWhole ? runLength : uStride
  var runsLeft = u == nil ? 0 : isWhole ? tiles : rows
  let depth = rowsOfLastPass(shards: shards, bounds: bounds)
  var run: UpcomingRun = (u ?? d, (runLength + depth - 1) / depth, uSecond, uThird)

  /// All tiles of a panel, for the shards of one pass.
  @inline(__always) func panel(
    at vector: Int, shard: Int, end: Int, firstRow: Int, endRow: Int, x: UnsafePointer<Float>,
    xStride: Int, next: UnsafePointer<Float>?, bytes: Int
  ) {
    let width = tileWidth(at: vector, of: count)
    let d = d + Int(bounds[shard]) * dStride + vector * lanes
    var row = firstRow
    var line = 0
    while row < endRow {
      let height = tileHeight(at: row, of: endRow)
      let ahead = line < bytes ? next.map { $0 + line / 4 } : nil
      let operands = (
        x + (row - firstRow), xStride, d, dStride, ahead, g + row * gStride + vector * lanes,
        gStride, shard > 0
      )
      // In the last pass over the panel, lest what comes be driven out of the cache again by the rows of D.
      if end == shards, height == tileRows, runsLeft > 0 {
        askingGradientTile(
          width: width, shards: end - shard, bounds: bounds + shard, run: run, operands)
        runsLeft -= 1
        run.first += runStride
      } else {
        gradientTile(
          rows: height, width: width, shards: end - shard, bounds: bounds + shard, operands)
      }
      row += height
      line += 64
    }
  }

  // For four panels and fewer the copy takes what it gains.
  if copiesInput && count > 4 * tileVectors {
    // Pass by pass: of X, the block's columns of the pass's rows stand close together while all panels pass by.
    var shard = 0
    while shard < shards {
      let end = endOfPass(from: shard, of: shards, bounds: bounds)
      let first = Int(bounds[shard])
      let depth = Int(bounds[end]) - first
      // As many columns of X as there is room for; none are copied of shards that are too long.
      let room = Int(descent_scratch_floats) / depth / lanes * lanes
      let fits = room >= tileRows
      let most = fits ? (room < rows ? room / tileRows * tileRows : rows) : rows
      var firstRow = 0
      while firstRow < rows {
        let endRow = rows - firstRow > most ? firstRow + most : rows
        let source = x + first * xStride + firstRow
        let stride = fits ? vectors(endRow - firstRow) * lanes : xStride
        if fits {
          copyRows(depth, vectors: stride / lanes, source, stride: xStride, into: scratch())
        }
        let x = fits ? UnsafePointer(scratch()) : source
        var vector = 0
        while vector < count {
          let width = tileWidth(at: vector, of: count)
          let isLast = vector + width == count
          // The next panel's rows, or the next pass's.
          let next: UnsafePointer<Float>? =
            !isLast
            ? d + first * dStride + (vector + width) * lanes
            : endRow < rows || end == shards ? nil : d + (first + depth) * dStride
          panel(
            at: vector, shard: shard, end: end, firstRow: firstRow, endRow: endRow, x: x,
            xStride: stride, next: next,
            bytes: 4 * lanes * tileWidth(at: isLast ? 0 : vector + width, of: count))
          vector += width
        }
        firstRow = endRow
      }
      shard = end
    }
  } else {
    // Panel by panel. Meanwhile what comes next is asked for, as in a product: the panel's next rows, or the next
    // panel's first.
    var vector = 0
    while vector < count {
      let width = tileWidth(at: vector, of: count)
      let isLastPanel = vector + width == count
      var shard = 0
      while shard < shards {
        let end = endOfPass(from: shard, of: shards, bounds: bounds)
        let first = Int(bounds[shard])
        let own = d + vector * lanes
        let next: UnsafePointer<Float>? =
          end < shards
          ? own + Int(bounds[end]) * dStride
          : isLastPanel ? nil : own + Int(bounds[0]) * dStride + width * lanes
        panel(
          at: vector, shard: shard, end: end, firstRow: 0, endRow: rows, x: x + first * xStride,
          xStride: xStride, next: next,
          bytes: 4 * lanes
            * (end < shards || isLastPanel ? width : tileWidth(at: vector + width, of: count)))
        shard = end
      }
      vector += width
    }
  }
}

/// Rows of a batch that all tiles of a panel pass over before the next.
@inline(__always) var gradientDepth: Int32 { 64 }

/// The end of the pass over a panel that begins with a shard: few shards at a time, whose rows stay in the nearest cache
/// while all tiles of the panel pass over them.
@inline(__always) func endOfPass(
  from shard: Int, of shards: Int, bounds: UnsafePointer<Int32>
) -> Int {
  var end = shard + 1
  while end < shards && bounds[end + 1] - bounds[shard] <= gradientDepth { end += 1 }
  return end
}

@inline(__always) func rowsOfLastPass(shards: Int, bounds: UnsafePointer<Int32>) -> Int {
  var shard = 0
  while true {
    let end = endOfPass(from: shard, of: shards, bounds: bounds)
    if end == shards { return Int(bounds[end] - bounds[shard]) }
    shard = end
  }
}

/// Rows of so many vectors each, `stride` elements apart, one behind the other.
@inline(__always) func copyRows(
  _ rows: Int, vectors: Int, _ source: UnsafePointer<Float>, stride: Int,
  into destination: UnsafeMutablePointer<Float>
) {
  var source = source
  var destination = destination
  for _ in 0..<rows {
    for vector in 0..<vectors { store(load(source + vector * lanes), destination + vector * lanes) }
    source += stride
    destination += vectors * lanes
  }
}
