import CVector

/// What a tile asks for, of what is read after the product: so many lines `step` elements apart as it has steps, in the
/// same place of three blocks. A tuple, because a structure's own functions are emitted as weak symbols.
typealias UpcomingRun = (first: UnsafePointer<Float>, step: Int, second: Int, third: Int)

/// The register tile of a weight gradient: g[0..<rows, 0..<width vectors], all shards of it.
///
/// The totals go through memory, which the arithmetic of the next shard hides. To keep them in registers beside the
/// sums takes a tile of half the size, which reads the rows of D twice as often: faster with 32 rows, a quarter
/// slower with 512 (Zen 5, measured).
///
/// `x`, `d` and `bounds` begin with the first of these shards; where the tile `continues`, g holds the sum of those
/// before it. Where it `asks`, one line for each row is asked for from `ahead` on: what a later tile reads of D. With a
/// `run` three more are: of what is read after the product. `pairs`, `width`, `isFull` and `asks` are literals at every
/// call, and `run` is nil or not. The last row may be the one before it again.
@inline(__always) func gradientTile(
  pairs: Int, odd: Bool, width: Int, isFull: Bool, continues: Bool, shards: Int,
  bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>, xStride: Int, d: UnsafePointer<Float>, dStride: Int, asks: Bool,
  ahead: UnsafePointer<Float>, run: UpcomingRun?, g: UnsafeMutablePointer<Float>, gStride: Int
) {
  // The last pair's second row; the same as its first where the number of rows is odd.
  let last = 2 * pairs - (odd ? 2 : 1)
  let index1 = pairs > 1 ? 1 : last
  let index3 = pairs > 2 ? 3 : last
  let index5 = pairs > 3 ? 5 : last
  var x = x
  var d = d
  var ahead = ahead
  var soon = run?.first ?? ahead
  var shard = 0
  while shard < shards {
    var p0 = zeroPair
    var p1 = zeroPair
    var p2 = zeroPair
    var p3 = zeroPair
    @inline(__always) func nextRows(_ count: Int) {
      var k = 0
      while k < count {
        let row = loadRow(d)
        if asks {
          descent_prefetch(ahead)
          ahead += dStride
        }
        if let run {
          descent_prefetch(soon)
          descent_prefetch(soon + run.second)
          descent_prefetch(soon + run.third)
          soon += run.step
        }
        multiplyAdd(&p0, x[0], x[index1], row)
        multiplyAdd(&p1, x[2], x[index3], row)
        multiplyAdd(&p2, x[4], x[index5], row)
        multiplyAdd(&p3, x[6], x[last], row)
        x += xStride
        d += dStride
        k += 1
      }
    }
    var left = Int(bounds[shard + 1] - bounds[shard])
    while isFull && left >= stepsAtOnce {
      nextRows(stepsAtOnce)
      left -= stepsAtOnce
    }
    while left > 0 {
      nextRows(1)
      left -= 1
    }
    storeTile(
      pairs: pairs, last: last, width: width, p0, p1, p2, p3, g, stride: gStride,
      adds: continues || shard > 0)
    shard += 1
  }
}

/// The tile of full width and so many pairs of rows, as for a product.
@inline(__always) func fullGradientTile(
  pairs: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>?,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  if let ahead {
    gradientTile(
      pairs: pairs, odd: false, width: tileVectors, isFull: true, continues: continues,
      shards: shards,
      bounds: bounds, x: x, xStride: xStride, d: d, dStride: dStride, asks: true, ahead: ahead,
      run: nil, g: g, gStride: gStride)
  } else {
    gradientTile(
      pairs: pairs, odd: false, width: tileVectors, isFull: true, continues: continues,
      shards: shards,
      bounds: bounds, x: x, xStride: xStride, d: d, dStride: dStride, asks: false, ahead: d,
      run: nil, g: g, gStride: gStride)
  }
}

/// The tile of any width, and of so many pairs of rows or a row less, as for a product.
@inline(__always) func edgeGradientTile(
  pairs: Int, odd: Bool, width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>, xStride: Int, d: UnsafePointer<Float>, dStride: Int,
  ahead: UnsafePointer<Float>?, g: UnsafeMutablePointer<Float>, gStride: Int
) {
  if width > 1 {
    gradientTile(
      pairs: pairs, odd: odd, width: 2, isFull: false, continues: continues, shards: shards,
      bounds: bounds, x: x, xStride: xStride, d: d, dStride: dStride, asks: true,
      ahead: ahead ?? d, run: nil, g: g, gStride: gStride)
  }
  if width != 2 {
    let column = (width - 1) * lanes
    gradientTile(
      pairs: pairs, odd: odd, width: 1, isFull: false, continues: continues, shards: shards,
      bounds: bounds, x: x, xStride: xStride, d: d + column, dStride: dStride, asks: true,
      ahead: ahead ?? d, run: nil, g: g + column, gStride: gStride)
  }
}

// A function for each height, as for a product, and for the tile of full height that asks for what is read after the
// product one more: to do so costs a fiftieth where nothing has to be asked for. One call for all tiles of a panel
// gained nothing (Zen 3).

@inline(never) func askingGradientTile(
  width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>,
  run: UpcomingRun, g: UnsafeMutablePointer<Float>, gStride: Int
) {
  switch width {
  case 1:
    gradientTile(
      pairs: tileRows >> 1, odd: false, width: 1, isFull: false, continues: continues,
      shards: shards,
      bounds: bounds, x: x, xStride: xStride, d: d, dStride: dStride, asks: true, ahead: ahead,
      run: run, g: g, gStride: gStride)
  case 2:
    gradientTile(
      pairs: tileRows >> 1, odd: false, width: 2, isFull: false, continues: continues,
      shards: shards,
      bounds: bounds, x: x, xStride: xStride, d: d, dStride: dStride, asks: true, ahead: ahead,
      run: run, g: g, gStride: gStride)
  default:
    gradientTile(
      pairs: tileRows >> 1, odd: false, width: 3, isFull: false, continues: continues,
      shards: shards,
      bounds: bounds, x: x, xStride: xStride, d: d, dStride: dStride, asks: true, ahead: ahead,
      run: run, g: g, gStride: gStride)
  }
}

@inline(never) func gradientTileOfPairs1(
  continues: Bool, shards: Int, bounds: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>?,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  fullGradientTile(
    pairs: 1, continues: continues, shards: shards, bounds: bounds, x: x,
    xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
}

@inline(never) func gradientTileOfPairs2(
  continues: Bool, shards: Int, bounds: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>?,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  fullGradientTile(
    pairs: 2, continues: continues, shards: shards, bounds: bounds, x: x,
    xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
}

@inline(never) func gradientTileOfPairs3(
  continues: Bool, shards: Int, bounds: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>?,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  fullGradientTile(
    pairs: 3, continues: continues, shards: shards, bounds: bounds, x: x,
    xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
}

@inline(never) func gradientTileOfPairs4(
  continues: Bool, shards: Int, bounds: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>?,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  fullGradientTile(
    pairs: 4, continues: continues, shards: shards, bounds: bounds, x: x,
    xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
}

@inline(never) func edgeGradientTileOfPairs1(
  odd: Bool, width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>?,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  edgeGradientTile(
    pairs: 1, odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
    xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
}

@inline(never) func edgeGradientTileOfPairs2(
  odd: Bool, width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>?,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  edgeGradientTile(
    pairs: 2, odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
    xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
}

@inline(never) func edgeGradientTileOfPairs3(
  odd: Bool, width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>?,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  edgeGradientTile(
    pairs: 3, odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
    xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
}

@inline(never) func edgeGradientTileOfPairs4(
  odd: Bool, width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>, dStride: Int, ahead: UnsafePointer<Float>?,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  edgeGradientTile(
    pairs: 4, odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
    xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
}

/// Runs the tile of the given height and width in vectors.
@inline(__always) func gradientTile(
  rows: Int, width: Int, continues: Bool, shards: Int, bounds: UnsafePointer<Int32>,
  x: UnsafePointer<Float>, xStride: Int, d: UnsafePointer<Float>, dStride: Int,
  ahead: UnsafePointer<Float>?, g: UnsafeMutablePointer<Float>, gStride: Int
) {
  let odd = rows & 1 == 1
  switch (width == tileVectors && !odd, (rows + 1) >> 1) {
  case (true, 1):
    gradientTileOfPairs1(
      continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
  case (true, 2):
    gradientTileOfPairs2(
      continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
  case (true, 3):
    gradientTileOfPairs3(
      continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
  case (true, _):
    gradientTileOfPairs4(
      continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
  case (false, 1):
    edgeGradientTileOfPairs1(
      odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
  case (false, 2):
    edgeGradientTileOfPairs2(
      odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
  case (false, 3):
    edgeGradientTileOfPairs3(
      odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
  case (false, _):
    edgeGradientTileOfPairs4(
      odd: odd, width: width, continues: continues, shards: shards, bounds: bounds, x: x,
      xStride: xStride, d: d, dStride: dStride, ahead: ahead, g: g, gStride: gStride)
  }
}
