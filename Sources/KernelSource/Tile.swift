import CVector

/// The register tile that every matrix product is made of.
///
/// A tile has up to `tileRows` rows and one or two vectors of columns. Each element is the chain
/// `acc = acc + a[i, k]·b[k, j]` over k in ascending order, whatever the tile's height and width, so a
/// result never depends on where in a matrix, or in which regrouping of rows, an element falls.
///
/// Rows come in pairs; a tile with an odd number of rows computes its last row twice, into the same place.

/// Two rows of a tile, two vectors each: named values rather than an array, so that they stay in registers.
typealias RowPair = (V, V, V, V)

@inline(__always) func multiplyAdd(
  _ pair: inout RowPair, _ a0: Float, _ a1: Float, _ b0: V, _ b1: V, wide: Bool
) {
  let first = V(repeating: a0)
  let second = V(repeating: a1)
  pair.0 = multiplyAdd(pair.0, first, b0)
  if wide { pair.1 = multiplyAdd(pair.1, first, b1) }
  pair.2 = multiplyAdd(pair.2, second, b0)
  if wide { pair.3 = multiplyAdd(pair.3, second, b1) }
}

@inline(__always) func loadPair(
  _ c0: UnsafeMutablePointer<Float>, _ c1: UnsafeMutablePointer<Float>, wide: Bool
) -> RowPair {
  (load(c0), wide ? load(c0 + lanes) : V.zero, load(c1), wide ? load(c1 + lanes) : V.zero)
}

@inline(__always) func storePair(
  _ pair: RowPair, _ c0: UnsafeMutablePointer<Float>, _ c1: UnsafeMutablePointer<Float>, adds: Bool,
  wide: Bool
) {
  var pair = pair
  if adds {
    let old = loadPair(c0, c1, wide: wide)
    pair = (old.0 + pair.0, old.1 + pair.1, old.2 + pair.2, old.3 + pair.3)
  }
  store(pair.0, c0)
  if wide { store(pair.1, c0 + lanes) }
  store(pair.2, c1)
  if wide { store(pair.3, c1 + lanes) }
}

/// c[0..<rows, 0..<2 vectors] from `depth` steps; `a[i, k]` is at `a + i·rowStep + k·depthStep`.
///
/// `pairs`, `wide` and the constant one of the two steps are literals at every call: the compiler drops
/// the branches and keeps 4·pairs accumulators.
@inline(__always) func tile(
  pairs: Int, odd: Bool, wide: Bool, depth: Int, a: UnsafePointer<Float>, rowStep: Int,
  depthStep: Int, b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>,
  cStride: Int, adds: Bool
) {
  let zero: RowPair = (V.zero, V.zero, V.zero, V.zero)
  var p0 = zero
  var p1 = zero
  var p2 = zero
  var p3 = zero
  var p4 = zero
  var p5 = zero
  var p6 = zero
  // The last pair's second row; the same as its first where the number of rows is odd.
  let last = 2 * pairs - (odd ? 2 : 1)
  @inline(__always) func second(_ pair: Int) -> Int { pair == pairs - 1 ? last : 2 * pair + 1 }
  @inline(__always) func row(_ i: Int) -> UnsafeMutablePointer<Float> { c + i * cStride }

  // Row r of four is at its group's pointer plus r steps, which the processor's addressing has for
  // nothing; the last row, which may be the one before it again, has a pointer of its own.
  var a0 = a
  var a4 = a + 4 * rowStep
  var a8 = a + 8 * rowStep
  var a12 = a + 12 * rowStep
  var aLast = a + last * rowStep
  var b = b
  let three = 3 * rowStep
  @inline(__always) func opaque(_ pointer: inout UnsafePointer<Float>) {
    if rowStep != 1 { pointer = descent_opaque(pointer) }
  }
  @inline(__always) func final(_ pair: Int, _ regular: UnsafePointer<Float>, _ offset: Int) -> Float
  {
    pair == pairs - 1 ? aLast[0] : regular[offset]
  }
  for _ in 0..<depth {
    opaque(&a0)
    if pairs > 2 { opaque(&a4) }
    if pairs > 4 { opaque(&a8) }
    if pairs > 6 { opaque(&a12) }
    opaque(&aLast)
    let b0 = load(b)
    let b1 = wide ? load(b + lanes) : V.zero
    multiplyAdd(&p0, a0[0], final(0, a0, rowStep), b0, b1, wide: wide)
    if pairs > 1 { multiplyAdd(&p1, a0[2 * rowStep], final(1, a0, three), b0, b1, wide: wide) }
    if pairs > 2 { multiplyAdd(&p2, a4[0], final(2, a4, rowStep), b0, b1, wide: wide) }
    if pairs > 3 { multiplyAdd(&p3, a4[2 * rowStep], final(3, a4, three), b0, b1, wide: wide) }
    if pairs > 4 { multiplyAdd(&p4, a8[0], final(4, a8, rowStep), b0, b1, wide: wide) }
    if pairs > 5 { multiplyAdd(&p5, a8[2 * rowStep], final(5, a8, three), b0, b1, wide: wide) }
    if pairs > 6 { multiplyAdd(&p6, a12[0], final(6, a12, rowStep), b0, b1, wide: wide) }
    a0 += depthStep
    if pairs > 2 { a4 += depthStep }
    if pairs > 4 { a8 += depthStep }
    if pairs > 6 { a12 += depthStep }
    aLast += depthStep
    b += bStride
  }
  storePair(p0, row(0), row(second(0)), adds: adds, wide: wide)
  if pairs > 1 { storePair(p1, row(2), row(second(1)), adds: adds, wide: wide) }
  if pairs > 2 { storePair(p2, row(4), row(second(2)), adds: adds, wide: wide) }
  if pairs > 3 { storePair(p3, row(6), row(second(3)), adds: adds, wide: wide) }
  if pairs > 4 { storePair(p4, row(8), row(second(4)), adds: adds, wide: wide) }
  if pairs > 5 { storePair(p5, row(10), row(second(5)), adds: adds, wide: wide) }
  if pairs > 6 { storePair(p6, row(12), row(second(6)), adds: adds, wide: wide) }
}

/// The tile of so many pairs of rows, wide or narrow, over A's rows (X·W) or down its columns (Xᵀ·D): `pairs` is a
/// literal at every call.
@inline(__always) func anyTile(
  pairs: Int, odd: Bool, wide: Bool, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  overRows: Bool, b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>,
  cStride: Int, adds: Bool
) {
  if overRows {
    if wide {
      tile(
        pairs: pairs, odd: odd, wide: true, depth: depth, a: a, rowStep: aStride, depthStep: 1,
        b: b, bStride: bStride, c: c, cStride: cStride, adds: adds)
    } else {
      tile(
        pairs: pairs, odd: odd, wide: false, depth: depth, a: a, rowStep: aStride, depthStep: 1,
        b: b, bStride: bStride, c: c, cStride: cStride, adds: adds)
    }
  } else {
    if wide {
      tile(
        pairs: pairs, odd: odd, wide: true, depth: depth, a: a, rowStep: 1, depthStep: aStride,
        b: b, bStride: bStride, c: c, cStride: cStride, adds: adds)
    } else {
      tile(
        pairs: pairs, odd: odd, wide: false, depth: depth, a: a, rowStep: 1, depthStep: aStride,
        b: b, bStride: bStride, c: c, cStride: cStride, adds: adds)
    }
  }
}

// A function for each height: in one that holds them all the compiler stops inlining, and what is left is a tile
// whose height is a variable, at half the speed (measured).

@inline(never) func tileOfPairs1(
  odd: Bool, wide: Bool, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  overRows: Bool, b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>,
  cStride: Int, adds: Bool
) {
  anyTile(
    pairs: 1, odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
    bStride: bStride, c: c, cStride: cStride, adds: adds)
}

@inline(never) func tileOfPairs2(
  odd: Bool, wide: Bool, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  overRows: Bool, b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>,
  cStride: Int, adds: Bool
) {
  anyTile(
    pairs: 2, odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
    bStride: bStride, c: c, cStride: cStride, adds: adds)
}

@inline(never) func tileOfPairs3(
  odd: Bool, wide: Bool, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  overRows: Bool, b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>,
  cStride: Int, adds: Bool
) {
  anyTile(
    pairs: 3, odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
    bStride: bStride, c: c, cStride: cStride, adds: adds)
}

@inline(never) func tileOfPairs4(
  odd: Bool, wide: Bool, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  overRows: Bool, b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>,
  cStride: Int, adds: Bool
) {
  anyTile(
    pairs: 4, odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
    bStride: bStride, c: c, cStride: cStride, adds: adds)
}

@inline(never) func tileOfPairs5(
  odd: Bool, wide: Bool, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  overRows: Bool, b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>,
  cStride: Int, adds: Bool
) {
  anyTile(
    pairs: 5, odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
    bStride: bStride, c: c, cStride: cStride, adds: adds)
}

@inline(never) func tileOfPairs6(
  odd: Bool, wide: Bool, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  overRows: Bool, b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>,
  cStride: Int, adds: Bool
) {
  anyTile(
    pairs: 6, odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
    bStride: bStride, c: c, cStride: cStride, adds: adds)
}

@inline(never) func tileOfPairs7(
  odd: Bool, wide: Bool, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  overRows: Bool, b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>,
  cStride: Int, adds: Bool
) {
  anyTile(
    pairs: 7, odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
    bStride: bStride, c: c, cStride: cStride, adds: adds)
}

/// Runs the tile of the given height. `a[i, k]` is at `a + i·aStride + k` over rows, else at
/// `a + i + k·aStride`.
@inline(__always) func tile(
  rows: Int, wide: Bool, depth: Int, a: UnsafePointer<Float>, aStride: Int, overRows: Bool,
  b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
) {
  let odd = rows & 1 == 1
  switch (rows + 1) >> 1 {
  case 1:
    tileOfPairs1(
      odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
      bStride: bStride, c: c, cStride: cStride, adds: adds)
  case 2:
    tileOfPairs2(
      odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
      bStride: bStride, c: c, cStride: cStride, adds: adds)
  case 3:
    tileOfPairs3(
      odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
      bStride: bStride, c: c, cStride: cStride, adds: adds)
  case 4:
    tileOfPairs4(
      odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
      bStride: bStride, c: c, cStride: cStride, adds: adds)
  case 5:
    tileOfPairs5(
      odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
      bStride: bStride, c: c, cStride: cStride, adds: adds)
  case 6:
    tileOfPairs6(
      odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
      bStride: bStride, c: c, cStride: cStride, adds: adds)
  default:
    tileOfPairs7(
      odd: odd, wide: wide, depth: depth, a: a, aStride: aStride, overRows: overRows, b: b,
      bStride: bStride, c: c, cStride: cStride, adds: adds)
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
