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

@inline(__always) func multiplyAdd(
  _ pair: inout RowPair, _ a0: Float, _ a1: Float, _ b0: V, _ b1: V, _ b2: V, width: Int
) {
  let first = V(repeating: a0)
  let second = V(repeating: a1)
  pair.0 = multiplyAdd(pair.0, first, b0)
  if width > 1 { pair.1 = multiplyAdd(pair.1, first, b1) }
  if width > 2 { pair.2 = multiplyAdd(pair.2, first, b2) }
  pair.3 = multiplyAdd(pair.3, second, b0)
  if width > 1 { pair.4 = multiplyAdd(pair.4, second, b1) }
  if width > 2 { pair.5 = multiplyAdd(pair.5, second, b2) }
}

@inline(__always) func loadRow(_ c: UnsafePointer<Float>, width: Int) -> (V, V, V) {
  (
    load(c), width > 1 ? load(c + lanes) : V.zero, width > 2 ? load(c + 2 * lanes) : V.zero
  )
}

@inline(__always) func storeRow(
  _ v0: V, _ v1: V, _ v2: V, _ c: UnsafeMutablePointer<Float>, width: Int
) {
  store(v0, c)
  if width > 1 { store(v1, c + lanes) }
  if width > 2 { store(v2, c + 2 * lanes) }
}

@inline(__always) func storePair(
  _ pair: RowPair, _ c0: UnsafeMutablePointer<Float>, _ c1: UnsafeMutablePointer<Float>, adds: Bool,
  width: Int
) {
  var pair = pair
  if adds {
    let (x0, x1, x2) = loadRow(c0, width: width)
    let (y0, y1, y2) = loadRow(c1, width: width)
    pair = (x0 + pair.0, x1 + pair.1, x2 + pair.2, y0 + pair.3, y1 + pair.4, y2 + pair.5)
  }
  storeRow(pair.0, pair.1, pair.2, c0, width: width)
  storeRow(pair.3, pair.4, pair.5, c1, width: width)
}

/// c[0..<rows, 0..<width vectors] from `depth` steps; `a[i, k]` is at `a + i·aStride + k`.
///
/// One line for each step is asked for from `ahead` on, a row of B apart: what a later tile reads.
///
/// `pairs` and `width` are literals at every call: the compiler drops the branches and keeps 2·pairs·width
/// accumulators.
@inline(__always) func tile(
  pairs: Int, odd: Bool, width: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, ahead: UnsafePointer<Float>,
  c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  var p0 = zeroPair
  var p1 = zeroPair
  var p2 = zeroPair
  var p3 = zeroPair
  // The last pair's second row; the same as its first where the number of rows is odd.
  let last = 2 * pairs - (odd ? 2 : 1)
  @inline(__always) func second(_ pair: Int) -> Int { pair == pairs - 1 ? last : 2 * pair + 1 }
  @inline(__always) func row(_ i: Int) -> UnsafeMutablePointer<Float> { c + i * cStride }

  // Row r of four is at its group's pointer plus r steps, which the processor's addressing has for
  // nothing; the last row, which may be the one before it again, has a pointer of its own.
  var a0 = a
  var a4 = a + 4 * aStride
  var aLast = a + last * aStride
  var b = b
  var ahead = ahead
  let three = 3 * aStride
  @inline(__always) func final(_ pair: Int, _ regular: UnsafePointer<Float>, _ offset: Int) -> Float
  {
    pair == pairs - 1 ? aLast[0] : regular[offset]
  }
  for _ in 0..<depth {
    a0 = descent_opaque(a0)
    if pairs > 2 { a4 = descent_opaque(a4) }
    aLast = descent_opaque(aLast)
    let (b0, b1, b2) = loadRow(b, width: width)
    descent_prefetch(ahead)
    multiplyAdd(&p0, a0[0], final(0, a0, aStride), b0, b1, b2, width: width)
    if pairs > 1 {
      multiplyAdd(&p1, a0[2 * aStride], final(1, a0, three), b0, b1, b2, width: width)
    }
    if pairs > 2 { multiplyAdd(&p2, a4[0], final(2, a4, aStride), b0, b1, b2, width: width) }
    if pairs > 3 {
      multiplyAdd(&p3, a4[2 * aStride], final(3, a4, three), b0, b1, b2, width: width)
    }
    a0 += 1
    if pairs > 2 { a4 += 1 }
    aLast += 1
    b += bStride
    ahead += bStride
  }
  storePair(p0, row(0), row(second(0)), adds: adds, width: width)
  if pairs > 1 { storePair(p1, row(2), row(second(1)), adds: adds, width: width) }
  if pairs > 2 { storePair(p2, row(4), row(second(2)), adds: adds, width: width) }
  if pairs > 3 { storePair(p3, row(6), row(second(3)), adds: adds, width: width) }
}

/// The tile of so many pairs of rows; `pairs` is a literal at every call.
@inline(__always) func anyTile(
  pairs: Int, odd: Bool, width: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, ahead: UnsafePointer<Float>,
  c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  switch width {
  case 1:
    tile(
      pairs: pairs, odd: odd, width: 1, depth: depth, a: a, aStride: aStride, b: b,
      bStride: bStride, ahead: ahead, c: c, cStride: cStride, adds: adds)
  case 2:
    tile(
      pairs: pairs, odd: odd, width: 2, depth: depth, a: a, aStride: aStride, b: b,
      bStride: bStride, ahead: ahead, c: c, cStride: cStride, adds: adds)
  default:
    tile(
      pairs: pairs, odd: odd, width: 3, depth: depth, a: a, aStride: aStride, b: b,
      bStride: bStride, ahead: ahead, c: c, cStride: cStride, adds: adds)
  }
}

// A function for each height: in one that holds them all the compiler stops inlining, and what is left is a tile
// whose height is a variable, at half the speed (measured).

@inline(never) func tileOfPairs1(
  odd: Bool, width: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, ahead: UnsafePointer<Float>,
  c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  anyTile(
    pairs: 1, odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b,
    bStride: bStride, ahead: ahead, c: c, cStride: cStride, adds: adds)
}

@inline(never) func tileOfPairs2(
  odd: Bool, width: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, ahead: UnsafePointer<Float>,
  c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  anyTile(
    pairs: 2, odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b,
    bStride: bStride, ahead: ahead, c: c, cStride: cStride, adds: adds)
}

@inline(never) func tileOfPairs3(
  odd: Bool, width: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, ahead: UnsafePointer<Float>,
  c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  anyTile(
    pairs: 3, odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b,
    bStride: bStride, ahead: ahead, c: c, cStride: cStride, adds: adds)
}

@inline(never) func tileOfPairs4(
  odd: Bool, width: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, ahead: UnsafePointer<Float>,
  c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  anyTile(
    pairs: 4, odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b,
    bStride: bStride, ahead: ahead, c: c, cStride: cStride, adds: adds)
}

/// Runs the tile of the given height and width in vectors.
@inline(__always) func tile(
  rows: Int, width: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, ahead: UnsafePointer<Float>,
  c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  let odd = rows & 1 == 1
  switch (rows + 1) >> 1 {
  case 1:
    tileOfPairs1(
      odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
      ahead: ahead, c: c,
      cStride: cStride, adds: adds)
  case 2:
    tileOfPairs2(
      odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
      ahead: ahead, c: c,
      cStride: cStride, adds: adds)
  case 3:
    tileOfPairs3(
      odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
      ahead: ahead, c: c,
      cStride: cStride, adds: adds)
  default:
    tileOfPairs4(
      odd: odd, width: width, depth: depth, a: a, aStride: aStride, b: b, bStride: bStride,
      ahead: ahead, c: c,
      cStride: cStride, adds: adds)
  }
}

/// Rows of the tile that begins at `row` of `count`: heights as equal as pairs of rows allow, because a
/// tile of few rows leaves the multipliers waiting on each other's results.
@inline(__always) func tileHeight(at row: Int, of count: Int) -> Int {
  let left = count - row
  if left <= tileRows { return left }
  let pairs = (left + 1) >> 1
  let most = tileRows >> 1
  let tiles = (pairs + most - 1) / most
  return 2 * ((pairs + tiles - 1) / tiles)
}

/// Vectors in the tile that begins at vector `start` of `count`: widths as equal as they can be, for the same reason.
@inline(__always) func tileWidth(at start: Int, of count: Int) -> Int {
  let left = count - start
  let tiles = (left + tileVectors - 1) / tileVectors
  return (left + tiles - 1) / tiles
}
