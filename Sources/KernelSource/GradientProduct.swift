import CVector

/// One block of a weight gradient, Xᵀ·D summed over shards in shard order:
/// g[i, j] = Σ_s (Σ_{r in shard s} x[r, i]·d[r, j]), each shard's sum complete before it is added.
///
/// `x` and `d` point at the first row of the batch and at the block's first column of each; shard s holds
/// the rows `bounds[s] ..< bounds[s + 1]`.
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
  let depth = lastPass(shards: shards, bounds: bounds)
  var run: UpcomingRun = (u ?? d, (runLength + depth - 1) / depth, uSecond, uThird)
  var vector = 0
  while vector < count {
    let width = tileWidth(at: vector, of: count)
    // Few shards at a time, whose rows stay in the nearest cache while all tiles of the panel pass over them. Meanwhile
    // what comes next is asked for, as in a product: the panel's next rows, or the next panel's first.
    var shard = 0
    while shard < shards {
      var end = shard + 1
      while end < shards && bounds[end + 1] - bounds[shard] <= gradientDepth { end += 1 }
      let panel = d + vector * lanes
      let isLastPanel = vector + width == count
      let next =
        end < shards
        ? panel + (Int(bounds[end]) - Int(bounds[shard])) * dStride
        : isLastPanel
          ? panel : panel + width * lanes - (Int(bounds[shard]) - Int(bounds[0])) * dStride
      let bytes =
        4 * lanes * (end < shards || isLastPanel ? width : tileWidth(at: vector + width, of: count))
      var row = 0
      var line = 0
      while row < rows {
        let height = tileHeight(at: row, of: rows)
        let ahead = line < bytes ? next + line / 4 : panel
        let block = g + row * gStride + vector * lanes
        // In the last pass over the panel, lest what comes be driven out of the cache again by the rows of D.
        if end == shards, height == tileRows, runsLeft > 0 {
          askingGradientTile(
            width: width, continues: shard > 0, shards: end - shard, bounds: bounds + shard,
            x: x + row, xStride: xStride, d: panel, dStride: dStride, ahead: ahead, run: run,
            g: block, gStride: gStride)
          runsLeft -= 1
          run.first += runStride
        } else {
          gradientTile(
            rows: height, width: width, continues: shard > 0, shards: end - shard,
            bounds: bounds + shard, x: x + row, xStride: xStride, d: panel, dStride: dStride,
            ahead: ahead, g: block, gStride: gStride)
        }
        row += height
        line += 64
      }
      shard = end
    }
    vector += width
  }
}

/// The rows of D in the last pass over a panel.
@inline(__always) func lastPass(shards: Int, bounds: UnsafePointer<Int32>) -> Int {
  var first = shards - 1
  while first > 0 && bounds[shards] - bounds[first - 1] <= gradientDepth { first -= 1 }
  return Int(bounds[shards] - bounds[first])
}

/// What a tile asks for, of what is read after the product: so many lines `step` elements apart as it has steps, in the
/// same place of three blocks. A tuple, because a structure's own functions are emitted as weak symbols.
typealias UpcomingRun = (first: UnsafePointer<Float>, step: Int, second: Int, third: Int)

/// Rows of a batch that all tiles of a panel pass over before the next.
@inline(__always) var gradientDepth: Int32 { 64 }

/// The register tile of a weight gradient: g[0..<rows, 0..<width vectors], all shards of it.
///
/// The totals go through memory, which the arithmetic of the next shard hides. To keep them in registers beside the
/// sums takes a tile of half the size, which reads the rows of D twice as often: faster with 32 rows, a quarter
/// slower with 512 (Zen 5, measured).
///
/// `bounds` begins with the first of these shards; where the tile `continues`, g holds the sum of those before it.
/// One line for each row is asked for from `ahead` on: what a later tile reads of D. With a `run` three more are: of
/// what is read after the product. `pairs` and `width` are literals at every call, and `run` is nil or not. The last
/// row may be the one before it again.
@inline(__always) func gradientTile(
  pairs: Int, odd: Bool, width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>, xStride: Int, d: UnsafePointer<Float>, dStride: Int,
  ahead: UnsafePointer<Float>, run: UpcomingRun?, g: UnsafeMutablePointer<Float>, gStride: Int
) {
  // The last pair's second row; the same as its first where the number of rows is odd.
  let last = 2 * pairs - (odd ? 2 : 1)
  @inline(__always) func second(_ pair: Int) -> Int { pair == pairs - 1 ? last : 2 * pair + 1 }
  @inline(__always) func row(_ i: Int) -> UnsafeMutablePointer<Float> { g + i * gStride }
  var batchRow = Int(bounds[0])
  var x = x + batchRow * xStride
  var d = d + batchRow * dStride
  var ahead = ahead + batchRow * dStride
  var soon = run?.first ?? ahead
  for shard in 0..<shards {
    var p0 = zeroPair
    var p1 = zeroPair
    var p2 = zeroPair
    var p3 = zeroPair
    let end = Int(bounds[shard + 1])
    while batchRow < end {
      let (d0, d1, d2) = loadRow(d, width: width)
      descent_prefetch(ahead)
      if let run {
        descent_prefetch(soon)
        descent_prefetch(soon + run.second)
        descent_prefetch(soon + run.third)
        soon += run.step
      }
      multiplyAdd(&p0, x[0], x[second(0)], d0, d1, d2, width: width)
      if pairs > 1 { multiplyAdd(&p1, x[2], x[second(1)], d0, d1, d2, width: width) }
      if pairs > 2 { multiplyAdd(&p2, x[4], x[second(2)], d0, d1, d2, width: width) }
      if pairs > 3 { multiplyAdd(&p3, x[6], x[second(3)], d0, d1, d2, width: width) }
      x += xStride
      d += dStride
      ahead += dStride
      batchRow += 1
    }
    let adds = continues || shard > 0
    storePair(p0, row(0), row(second(0)), adds: adds, width: width)
    if pairs > 1 { storePair(p1, row(2), row(second(1)), adds: adds, width: width) }
    if pairs > 2 { storePair(p2, row(4), row(second(2)), adds: adds, width: width) }
    if pairs > 3 { storePair(p3, row(6), row(second(3)), adds: adds, width: width) }
  }
}

/// The tile of so many pairs of rows; `pairs` is a literal at every call.
@inline(__always) func anyGradientTile(
  pairs: Int, odd: Bool, width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>, xStride: Int, d: UnsafePointer<Float>, dStride: Int,
  ahead: UnsafePointer<Float>, run: UpcomingRun?, g: UnsafeMutablePointer<Float>, gStride: Int
) {
  switch width {
  case 1:
    gradientTile(
      pairs: pairs, odd: odd, width: 1, continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride,
      d: d,
      dStride: dStride, ahead: ahead, run: run, g: g, gStride: gStride)
  case 2:
    gradientTile(
      pairs: pairs, odd: odd, width: 2, continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride,
      d: d,
      dStride: dStride, ahead: ahead, run: run, g: g, gStride: gStride)
  default:
    gradientTile(
      pairs: pairs, odd: odd, width: 3, continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride,
      d: d,
      dStride: dStride, ahead: ahead, run: run, g: g, gStride: gStride)
  }
}

// A function for each height, as for the tile of a product, and one for the tile of full height that asks for what is
// read after the product: to do so costs a fiftieth where nothing has to be asked for.

@inline(never) func askingGradientTile(
  width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>,
  run: UpcomingRun, g: UnsafeMutablePointer<Float>, gStride: Int
) {
  anyGradientTile(
    pairs: tileRows >> 1, odd: false, width: width, continues: continues, shards: shards,
    bounds: bounds, x: x, xStride: xStride, d: d, dStride: dStride, ahead: ahead, run: run, g: g,
    gStride: gStride)
}

@inline(never) func gradientTileOfPairs1(
  odd: Bool, width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  anyGradientTile(
    pairs: 1, odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
    xStride: xStride, d: d,
    dStride: dStride, ahead: ahead, run: nil, g: g, gStride: gStride)
}

@inline(never) func gradientTileOfPairs2(
  odd: Bool, width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  anyGradientTile(
    pairs: 2, odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
    xStride: xStride, d: d,
    dStride: dStride, ahead: ahead, run: nil, g: g, gStride: gStride)
}

@inline(never) func gradientTileOfPairs3(
  odd: Bool, width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  anyGradientTile(
    pairs: 3, odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
    xStride: xStride, d: d,
    dStride: dStride, ahead: ahead, run: nil, g: g, gStride: gStride)
}

@inline(never) func gradientTileOfPairs4(
  odd: Bool, width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  anyGradientTile(
    pairs: 4, odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
    xStride: xStride, d: d,
    dStride: dStride, ahead: ahead, run: nil, g: g, gStride: gStride)
}

/// Runs the tile of the given height and width in vectors.
@inline(__always) func gradientTile(
  rows: Int, width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  let odd = rows & 1 == 1
  switch (rows + 1) >> 1 {
  case 1:
    gradientTileOfPairs1(
      odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride, d: d,
      dStride: dStride, ahead: ahead, g: g, gStride: gStride)
  case 2:
    gradientTileOfPairs2(
      odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride, d: d,
      dStride: dStride, ahead: ahead, g: g, gStride: gStride)
  case 3:
    gradientTileOfPairs3(
      odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride, d: d,
      dStride: dStride, ahead: ahead, g: g, gStride: gStride)
  default:
    gradientTileOfPairs4(
      odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride, d: d,
      dStride: dStride, ahead: ahead, g: g, gStride: gStride)
  }
}
