import CVector

/// The register tile that every matrix product is made of.
///
/// A tile has up to `tileRows` rows and one to three vectors of columns. Each element is the chain
/// `acc = acc + a[i, k]·b[k, j]` over k in ascending order, whatever the tile's height and width, so a
/// result never depends on where in a matrix, or in which regrouping of rows, an element falls.
///
/// Rows come in pairs; a tile with an odd number of rows computes its last row twice, into the same place.

/// Two rows of a tile, three vectors each: named values rather than an array, so that they stay in registers.
typealias RowPair = (V, V, V, V, V, V)

@inline(__always) var zeroPair: RowPair { (V.zero, V.zero, V.zero, V.zero, V.zero, V.zero) }

// What a narrower or lower tile does not need is computed all the same, in the source: nothing reads it, so that the
// compiler drops it. With a branch for each of them it stops inlining.

@inline(__always) func multiplyAdd(
  _ pair: inout RowPair, _ a0: Float, _ a1: Float, _ b: (V, V, V)
) {
  let first = V(repeating: a0)
  let second = V(repeating: a1)
  pair.0 = multiplyAdd(pair.0, first, b.0)
  pair.1 = multiplyAdd(pair.1, first, b.1)
  pair.2 = multiplyAdd(pair.2, first, b.2)
  pair.3 = multiplyAdd(pair.3, second, b.0)
  pair.4 = multiplyAdd(pair.4, second, b.1)
  pair.5 = multiplyAdd(pair.5, second, b.2)
}

@inline(__always) func loadRow(_ c: UnsafePointer<Float>) -> (V, V, V) {
  (load(c), load(c + lanes), load(c + 2 * lanes))
}

@inline(__always) func add(
  _ c0: UnsafePointer<Float>, _ c1: UnsafePointer<Float>, to pair: inout RowPair
) {
  let first = loadRow(c0)
  let second = loadRow(c1)
  pair = (
    first.0 + pair.0, first.1 + pair.1, first.2 + pair.2, second.0 + pair.3, second.1 + pair.4,
    second.2 + pair.5
  )
}

@inline(__always) func storePair(
  _ pair: RowPair, _ c0: UnsafeMutablePointer<Float>, _ c1: UnsafeMutablePointer<Float>, width: Int
) {
  store(pair.0, c0)
  store(pair.3, c1)
  if width > 1 {
    store(pair.1, c0 + lanes)
    store(pair.4, c1 + lanes)
  }
  if width > 2 {
    store(pair.2, c0 + 2 * lanes)
    store(pair.5, c1 + 2 * lanes)
  }
}

/// Stores the sums of a tile's rows at `c`, of which the second of the last pair is row `last`; where it `adds`, what is
/// there is added first.
@inline(__always) func storeTile(
  pairs: Int, last: Int, width: Int, _ p0: RowPair, _ p1: RowPair, _ p2: RowPair, _ p3: RowPair,
  _ c: UnsafeMutablePointer<Float>, stride: Int, adds: Bool
) {
  var (p0, p1, p2, p3) = (p0, p1, p2, p3)
  let row1 = c + (pairs > 1 ? 1 : last) * stride
  let row3 = c + (pairs > 2 ? 3 : last) * stride
  let row5 = c + (pairs > 3 ? 5 : last) * stride
  let row7 = c + last * stride
  if adds {
    add(c, row1, to: &p0)
    add(c + 2 * stride, row3, to: &p1)
    add(c + 4 * stride, row5, to: &p2)
    add(c + 6 * stride, row7, to: &p3)
  }
  storePair(p0, c, row1, width: width)
  if pairs > 1 { storePair(p1, c + 2 * stride, row3, width: width) }
  if pairs > 2 { storePair(p2, c + 4 * stride, row5, width: width) }
  if pairs > 3 { storePair(p3, c + 6 * stride, row7, width: width) }
}

/// c[0..<rows, 0..<width vectors] from `depth` steps; `a[i, k]` is at `a + i·aStride + k`.
///
/// Where it `asks`, one line for each step is asked for from `ahead` on, a row of B apart: what a later tile reads.
///
/// `pairs`, `width`, `isFull` and `asks` are literals at every call: the compiler drops the branches and keeps
/// 2·pairs·width accumulators. One that `isFull` takes several steps in a round.
@inline(__always) func tile(
  pairs: Int, odd: Bool, width: Int, isFull: Bool, depth: Int, a: UnsafePointer<Float>,
  aStride: Int, b: UnsafePointer<Float>, bStride: Int, asks: Bool, ahead: UnsafePointer<Float>,
  c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  var p0 = zeroPair
  var p1 = zeroPair
  var p2 = zeroPair
  var p3 = zeroPair
  // The last pair's second row; the same as its first where the number of rows is odd.
  let last = 2 * pairs - (odd ? 2 : 1)

  // Row r of four is at its group's pointer plus r strides, which the processor's addressing has for nothing; the last
  // row may be the one before it again.
  var a0 = a
  var a4 = a + 4 * aStride
  var b = b
  var ahead = ahead
  let offset1 = (pairs > 1 ? 1 : last) * aStride
  let offset3 = (pairs > 2 ? 3 : last) * aStride
  let offset5 = (pairs > 3 ? 1 : last - 4) * aStride
  let offset7 = (last - 4) * aStride
  @inline(__always) func nextSteps(_ count: Int) {
    a0 = descent_opaque(a0)
    if pairs > 2 { a4 = descent_opaque(a4) }
    var k = 0
    while k < count {
      let row = loadRow(b)
      if asks {
        descent_prefetch(ahead)
        ahead += bStride
      }
      multiplyAdd(&p0, a0[k], a0[offset1 + k], row)
      multiplyAdd(&p1, a0[2 * aStride + k], a0[offset3 + k], row)
      multiplyAdd(&p2, a4[k], a4[offset5 + k], row)
      multiplyAdd(&p3, a4[2 * aStride + k], a4[offset7 + k], row)
      b += bStride
      k += 1
    }
    a0 += count
    if pairs > 2 { a4 += count }
  }
  var left = depth
  while isFull && left >= stepsAtOnce {
    nextSteps(stepsAtOnce)
    left -= stepsAtOnce
  }
  while left > 0 {
    nextSteps(1)
    left -= 1
  }
  storeTile(
    pairs: pairs, last: last, width: width, p0, p1, p2, p3, c, stride: cStride, adds: adds)
}

/// The tile of full width and so many pairs of rows; `pairs` is a literal at every call. It has a loop of its own for
/// when nothing is asked for.
@inline(__always) func fullTile(
  pairs: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>,
  bStride: Int,
  ahead: UnsafePointer<Float>?, c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  if let ahead {
    tile(
      pairs: pairs, odd: false, width: tileVectors, isFull: true, depth: depth, a: a,
      aStride: aStride, b: b,
      bStride: bStride, asks: true, ahead: ahead, c: c, cStride: cStride, adds: adds)
  } else {
    tile(
      pairs: pairs, odd: false, width: tileVectors, isFull: true, depth: depth, a: a,
      aStride: aStride, b: b,
      bStride: bStride, asks: false, ahead: b, c: c, cStride: cStride, adds: adds)
  }
}

/// The tile of any width, and of so many pairs of rows or a row less; `pairs` is a literal at every call. Three vectors go
/// as two and one: with a loop for three as well the compiler stops inlining.
@inline(__always) func edgeTile(
  pairs: Int, odd: Bool, width: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, ahead: UnsafePointer<Float>?,
  c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  if width > 1 {
    tile(
      pairs: pairs, odd: odd, width: 2, isFull: false, depth: depth, a: a, aStride: aStride, b: b,
      bStride: bStride, asks: true, ahead: ahead ?? b, c: c, cStride: cStride, adds: adds)
  }
  if width != 2 {
    let column = (width - 1) * lanes
    tile(
      pairs: pairs, odd: odd, width: 1, isFull: false, depth: depth, a: a, aStride: aStride,
      b: b + column, bStride: bStride, asks: true, ahead: ahead ?? b, c: c + column,
      cStride: cStride, adds: adds)
  }
}

// A function for each height: in one that holds them all the compiler stops inlining, and what is left is a tile whose
// height is a variable, at half the speed (measured).

@inline(never) func tileOfPairs1(
  depth: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>, bStride: Int,
  ahead: UnsafePointer<Float>?, c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  fullTile(
    pairs: 1, depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
    ahead: ahead, c: c, cStride: cStride, adds: adds)
}

@inline(never) func tileOfPairs2(
  depth: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>, bStride: Int,
  ahead: UnsafePointer<Float>?, c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  fullTile(
    pairs: 2, depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
    ahead: ahead, c: c, cStride: cStride, adds: adds)
}

@inline(never) func tileOfPairs3(
  depth: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>, bStride: Int,
  ahead: UnsafePointer<Float>?, c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  fullTile(
    pairs: 3, depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
    ahead: ahead, c: c, cStride: cStride, adds: adds)
}

@inline(never) func tileOfPairs4(
  depth: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>, bStride: Int,
  ahead: UnsafePointer<Float>?, c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  fullTile(
    pairs: 4, depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
    ahead: ahead, c: c, cStride: cStride, adds: adds)
}

@inline(never) func edgeTileOfPairs1(
  odd: Bool, width: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>,
  bStride: Int,
  ahead: UnsafePointer<Float>?, c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  edgeTile(
    pairs: 1, odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b,
    bStride: bStride, ahead: ahead, c: c, cStride: cStride, adds: adds)
}

@inline(never) func edgeTileOfPairs2(
  odd: Bool, width: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>,
  bStride: Int,
  ahead: UnsafePointer<Float>?, c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  edgeTile(
    pairs: 2, odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b,
    bStride: bStride, ahead: ahead, c: c, cStride: cStride, adds: adds)
}

@inline(never) func edgeTileOfPairs3(
  odd: Bool, width: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>,
  bStride: Int,
  ahead: UnsafePointer<Float>?, c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  edgeTile(
    pairs: 3, odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b,
    bStride: bStride, ahead: ahead, c: c, cStride: cStride, adds: adds)
}

@inline(never) func edgeTileOfPairs4(
  odd: Bool, width: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>,
  bStride: Int,
  ahead: UnsafePointer<Float>?, c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  edgeTile(
    pairs: 4, odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b,
    bStride: bStride, ahead: ahead, c: c, cStride: cStride, adds: adds)
}

/// Runs the tile of the given height and width in vectors.
@inline(__always) func tile(
  rows: Int, width: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, ahead: UnsafePointer<Float>?,
  c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  let odd = rows & 1 == 1
  switch (width == tileVectors && !odd, (rows + 1) >> 1) {
  case (true, 1):
    tileOfPairs1(
      depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
      ahead: ahead, c: c, cStride: cStride, adds: adds)
  case (true, 2):
    tileOfPairs2(
      depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
      ahead: ahead, c: c, cStride: cStride, adds: adds)
  case (true, 3):
    tileOfPairs3(
      depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
      ahead: ahead, c: c, cStride: cStride, adds: adds)
  case (true, _):
    tileOfPairs4(
      depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
      ahead: ahead, c: c, cStride: cStride, adds: adds)
  case (false, 1):
    edgeTileOfPairs1(
      odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
      ahead: ahead, c: c, cStride: cStride, adds: adds)
  case (false, 2):
    edgeTileOfPairs2(
      odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
      ahead: ahead, c: c, cStride: cStride, adds: adds)
  case (false, 3):
    edgeTileOfPairs3(
      odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
      ahead: ahead, c: c, cStride: cStride, adds: adds)
  case (false, _):
    edgeTileOfPairs4(
      odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
      ahead: ahead, c: c, cStride: cStride, adds: adds)
  }
}

/// Rows of the tile that begins at `row` of `count`: heights as equal as pairs of rows allow, because a
/// tile of few rows leaves the multipliers waiting on each other's results.
@inline(__always) func tileHeight(at row: Int, of count: Int) -> Int {
  let left = count - row
  if left <= tileRows { return left }
  return 2 * share(of: (left + 1) >> 1, most: tileRows >> 1)
}

/// Vectors in the tile that begins at vector `start` of `count`: widths as equal as they can be, for the same reason.
@inline(__always) func tileWidth(at start: Int, of count: Int) -> Int {
  share(of: count - start, most: tileVectors)
}

/// The first share where `count` is cut into as few as it takes with `most` in each, as equal as they can be.
@inline(__always) func share(of count: Int, most: Int) -> Int {
  // A division takes as long as several steps of a tile.
  if count > (most - 1) * most { return most }
  let shares = (count + most - 1) / most
  return (count + shares - 1) / shares
}
