import CVector

/// The register tile that every matrix product and every weight gradient is made of.
///
/// A tile has up to `tileRows` rows and one to three vectors of columns. Each element is the chain
/// `acc = acc + a[i, k]·b[k, j]` over k in ascending order, whatever the tile's height and width, so a
/// result never depends on where in a matrix, or in which regrouping of rows, an element falls.
///
/// Rows come in pairs; a tile with an odd number of rows computes its last row twice, into the same place.

/// Two rows of a tile, three vectors each: named values rather than an array, so that they stay in registers.
typealias RowPair = (V, V, V, V, V, V)

@inline(__always) var zeroPair: RowPair { (V.zero, V.zero, V.zero, V.zero, V.zero, V.zero) }

// A narrower or lower tile reads and writes no more than its own. What it does without is told by literals, and what takes
// them is transparent: branches on them are gone before the compiler counts what it inlines, of which it stops at a
// number of branches, with `@inline(__always)` too.

@_transparent func multiplyAdd(
  _ pair: inout RowPair, _ a0: Float, _ a1: Float, _ b: (V, V, V), width: Int
) {
  let first = V(repeating: a0)
  let second = V(repeating: a1)
  pair.0 = multiplyAdd(pair.0, first, b.0)
  pair.3 = multiplyAdd(pair.3, second, b.0)
  if width > 1 {
    pair.1 = multiplyAdd(pair.1, first, b.1)
    pair.4 = multiplyAdd(pair.4, second, b.1)
  }
  if width > 2 {
    pair.2 = multiplyAdd(pair.2, first, b.2)
    pair.5 = multiplyAdd(pair.5, second, b.2)
  }
}

@_transparent func loadRow(_ p: UnsafePointer<Float>, width: Int) -> (V, V, V) {
  (load(p), width > 1 ? load(p + lanes) : V.zero, width > 2 ? load(p + 2 * lanes) : V.zero)
}

@_transparent func storeRow(_ row: (V, V, V), _ p: UnsafeMutablePointer<Float>, width: Int) {
  store(row.0, p)
  if width > 1 { store(row.1, p + lanes) }
  if width > 2 { store(row.2, p + 2 * lanes) }
}

/// Stores a pair of rows at `c0` and `c1`; where it `adds`, what is there is added first.
@_transparent func storePair(
  _ pair: RowPair, _ c0: UnsafeMutablePointer<Float>, _ c1: UnsafeMutablePointer<Float>,
  width: Int, adds: Bool
) {
  var first = (pair.0, pair.1, pair.2)
  var second = (pair.3, pair.4, pair.5)
  if adds {
    let old0 = loadRow(c0, width: width)
    let old1 = loadRow(c1, width: width)
    first = (old0.0 + first.0, old0.1 + first.1, old0.2 + first.2)
    second = (old1.0 + second.0, old1.1 + second.1, old1.2 + second.2)
  }
  storeRow(first, c0, width: width)
  storeRow(second, c1, width: width)
}

/// What a tile asks for, of what is read after the product: so many lines `step` elements apart as it has steps, in the
/// same place of three blocks. A tuple, because a structure's own functions are emitted as weak symbols.
typealias UpcomingRun = (first: UnsafePointer<Float>, step: Int, second: Int, third: Int)

/// A tile's operands. What a later tile reads of B is asked for from `ahead` on, a line for each step, a row of B apart.
/// Where it `adds`, c holds the sum of what came before.
typealias TileOperands = (
  a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>, bStride: Int,
  ahead: UnsafePointer<Float>?, c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool
)

/// The steps of a tile's sum: of so many shards, shard s those from `bounds[s]` up to `bounds[s + 1]`, or without bounds
/// `depth` of them.
typealias TileSteps = (shards: Int, bounds: UnsafePointer<Int32>?, depth: Int)

/// Where a tile is: the first of its rows of A, the fifth, the row of B, and what it asks for.
typealias TilePlace = (
  a0: UnsafePointer<Float>, a4: UnsafePointer<Float>, b: UnsafePointer<Float>,
  ahead: UnsafePointer<Float>, soon: UnsafePointer<Float>
)

/// The strides from row to row and from step to step of A, and where the odd rows are, of four from one pointer: which the
/// processor's addressing has for nothing. The last may be the one before it again.
typealias TileRows = (row: Int, step: Int, second: Int, fourth: Int, sixth: Int, eighth: Int)

/// So many steps of a tile. A function of its own rather than one within `tile`, which would be emitted as a weak symbol.
@_transparent func take(
  _ count: Int, pairs: Int, width: Int, isFull: Bool, sideBySide: Bool, asks: Bool,
  run: UpcomingRun?, rows: TileRows, bStride: Int, _ at: inout TilePlace, _ p0: inout RowPair,
  _ p1: inout RowPair, _ p2: inout RowPair, _ p3: inout RowPair
) {
  if isFull || !sideBySide { at.a0 = descent_opaque(at.a0) }
  if pairs > 2 && !sideBySide { at.a4 = descent_opaque(at.a4) }
  var k = 0
  while k < count {
    let values = loadRow(at.b, width: width)
    if asks {
      descent_prefetch(at.ahead)
      at.ahead += bStride
    }
    if let run {
      descent_prefetch(at.soon)
      descent_prefetch(at.soon + run.second)
      descent_prefetch(at.soon + run.third)
      at.soon += run.step
    }
    let (near, far) = (at.a0, sideBySide ? at.a0 + 4 : at.a4)
    multiplyAdd(&p0, near[0], near[rows.second], values, width: width)
    if pairs > 1 {
      multiplyAdd(&p1, near[2 * rows.row], near[rows.fourth], values, width: width)
    }
    if pairs > 2 { multiplyAdd(&p2, far[0], far[rows.sixth], values, width: width) }
    if pairs > 3 {
      multiplyAdd(&p3, far[2 * rows.row], far[rows.eighth], values, width: width)
    }
    at.a0 += rows.step
    if !sideBySide { at.a4 += rows.step }
    at.b += bStride
    k += 1
  }
}

/// c[0..<rows, 0..<width vectors] = Σ_s Σ_{k in shard s} a[i, k]·b[k, j], each shard's sum complete before it is added.
///
/// `a[i, k]` is at `a + i·aStride + k`, as in a product, or where the rows lie `sideBySide` at `a + i + k·aStride`, as in a
/// weight gradient. Totals go through memory, which the arithmetic of the next shard hides. To keep them in registers beside
/// the sums takes a tile of half the size, which reads the rows of B twice as often: faster with 32 rows, a quarter slower with 512
/// (Zen 5, measured).
///
/// With a `run` it asks for three more lines in each step. `pairs`, `width`, `isFull`, `sideBySide` and `asks` are literals
/// at every call, and `run` is nil or not: the compiler keeps 2·pairs·width accumulators. One that `isFull` takes several
/// steps in a round.
@_transparent func tile(
  pairs: Int, odd: Bool, width: Int, isFull: Bool, sideBySide: Bool, asks: Bool,
  run: UpcomingRun?, _ steps: TileSteps, _ operands: TileOperands
) {
  let (shards, bounds, depth) = steps
  let (a, aStride, start, bStride, first, c, cStride, adds) = operands
  // The last pair's second row; the same as its first where the number of rows is odd.
  let last = 2 * pairs - (odd ? 2 : 1)
  let row = sideBySide ? 1 : aStride
  let rows: TileRows = (
    row, sideBySide ? aStride : 1, (pairs > 1 ? 1 : last) * row, (pairs > 2 ? 3 : last) * row,
    (pairs > 3 ? 1 : last - 4) * row, (last - 4) * row
  )
  let lastRow = c + last * cStride
  let ahead = first ?? start
  var place: TilePlace = (a, a + 4 * row, start, ahead, run?.first ?? ahead)
  var shard = 0
  while shard < shards {
    var p0 = zeroPair
    var p1 = zeroPair
    var p2 = zeroPair
    var p3 = zeroPair
    var left = depth
    if let bounds { left = Int(bounds[shard + 1] - bounds[shard]) }
    while isFull && left >= stepsAtOnce {
      take(
        stepsAtOnce, pairs: pairs, width: width, isFull: isFull, sideBySide: sideBySide, asks: asks,
        run: run, rows: rows, bStride: bStride, &place, &p0, &p1, &p2, &p3)
      left -= stepsAtOnce
    }
    while left > 0 {
      take(
        1, pairs: pairs, width: width, isFull: isFull, sideBySide: sideBySide, asks: asks, run: run,
        rows: rows, bStride: bStride, &place, &p0, &p1, &p2, &p3)
      left -= 1
    }
    let adds = adds || shard > 0
    storePair(p0, c, pairs > 1 ? c + cStride : lastRow, width: width, adds: adds)
    if pairs > 1 {
      let second = pairs > 2 ? c + 3 * cStride : lastRow
      storePair(p1, c + 2 * cStride, second, width: width, adds: adds)
    }
    if pairs > 2 {
      let second = pairs > 3 ? c + 5 * cStride : lastRow
      storePair(p2, c + 4 * cStride, second, width: width, adds: adds)
    }
    if pairs > 3 { storePair(p3, c + 6 * cStride, lastRow, width: width, adds: adds) }
    shard += 1
  }
}

/// The tile of so many pairs of rows or of a row less, of any width; `pairs` and `sideBySide` are literals at every call.
///
/// That of full size has a loop of its own for when nothing is asked for. At an edge three vectors go as two and one.
@_transparent func tile(
  pairs: Int, rows: Int, width: Int, sideBySide: Bool, _ steps: TileSteps,
  _ operands: TileOperands
) {
  if width == tileVectors, rows == 2 * pairs {
    if operands.ahead != nil {
      tile(
        pairs: pairs, odd: false, width: tileVectors, isFull: true, sideBySide: sideBySide,
        asks: true, run: nil, steps, operands)
    } else {
      tile(
        pairs: pairs, odd: false, width: tileVectors, isFull: true, sideBySide: sideBySide,
        asks: false, run: nil, steps, operands)
    }
    return
  }
  let odd = rows != 2 * pairs
  if width > 1 {
    tile(
      pairs: pairs, odd: odd, width: 2, isFull: false, sideBySide: sideBySide, asks: true, run: nil,
      steps, operands)
  }
  if width != 2 {
    let column = (width - 1) * lanes
    var third = operands
    third.b += column
    third.c += column
    third.ahead = operands.ahead ?? operands.b
    tile(
      pairs: pairs, odd: odd, width: 1, isFull: false, sideBySide: sideBySide, asks: true, run: nil,
      steps, third)
  }
}

// A function for each height: in one that holds them all the pointers of the inner loops no longer fit the registers (with
// AVX2 17 of them are loaded from the stack in four steps).

@inline(never) func productTile1(rows: Int, width: Int, depth: Int, _ operands: TileOperands) {
  tile(pairs: 1, rows: rows, width: width, sideBySide: false, (1, nil, depth), operands)
}

@inline(never) func productTile2(rows: Int, width: Int, depth: Int, _ operands: TileOperands) {
  tile(pairs: 2, rows: rows, width: width, sideBySide: false, (1, nil, depth), operands)
}

@inline(never) func productTile3(rows: Int, width: Int, depth: Int, _ operands: TileOperands) {
  tile(pairs: 3, rows: rows, width: width, sideBySide: false, (1, nil, depth), operands)
}

@inline(never) func productTile4(rows: Int, width: Int, depth: Int, _ operands: TileOperands) {
  tile(pairs: 4, rows: rows, width: width, sideBySide: false, (1, nil, depth), operands)
}

/// A product's tile of the given height and width in vectors.
@inline(__always) func productTile(rows: Int, width: Int, depth: Int, _ operands: TileOperands) {
  switch (rows + 1) >> 1 {
  case 1: productTile1(rows: rows, width: width, depth: depth, operands)
  case 2: productTile2(rows: rows, width: width, depth: depth, operands)
  case 3: productTile3(rows: rows, width: width, depth: depth, operands)
  default: productTile4(rows: rows, width: width, depth: depth, operands)
  }
}

@inline(never) func gradientTile1(
  rows: Int, width: Int, _ steps: TileSteps, _ operands: TileOperands
) {
  tile(pairs: 1, rows: rows, width: width, sideBySide: true, steps, operands)
}

@inline(never) func gradientTile2(
  rows: Int, width: Int, _ steps: TileSteps, _ operands: TileOperands
) {
  tile(pairs: 2, rows: rows, width: width, sideBySide: true, steps, operands)
}

@inline(never) func gradientTile3(
  rows: Int, width: Int, _ steps: TileSteps, _ operands: TileOperands
) {
  tile(pairs: 3, rows: rows, width: width, sideBySide: true, steps, operands)
}

@inline(never) func gradientTile4(
  rows: Int, width: Int, _ steps: TileSteps, _ operands: TileOperands
) {
  tile(pairs: 4, rows: rows, width: width, sideBySide: true, steps, operands)
}

/// A weight gradient's tile of the given height and width in vectors, over shards with bounds or one of `depth` steps.
@inline(__always) func gradientTile(
  rows: Int, width: Int, shards: Int = 1, bounds: UnsafePointer<Int32>? = nil, depth: Int = 0,
  _ operands: TileOperands
) {
  let steps: TileSteps = (shards, bounds, depth)
  switch (rows + 1) >> 1 {
  case 1: gradientTile1(rows: rows, width: width, steps, operands)
  case 2: gradientTile2(rows: rows, width: width, steps, operands)
  case 3: gradientTile3(rows: rows, width: width, steps, operands)
  default: gradientTile4(rows: rows, width: width, steps, operands)
  }
}

/// The weight gradient's tile of full height that asks for what is read after the product. A function of its own: to ask
/// costs a fiftieth where nothing has to be asked for. One call for all tiles of a panel gained nothing (Zen 3).
@inline(never) func askingGradientTile(
  width: Int, shards: Int, bounds: UnsafePointer<Int32>, run: UpcomingRun,
  _ operands: TileOperands
) {
  let steps: TileSteps = (shards, bounds, 0)
  switch width {
  case 1:
    tile(
      pairs: tileRows >> 1, odd: false, width: 1, isFull: false, sideBySide: true, asks: true,
      run: run, steps, operands)
  case 2:
    tile(
      pairs: tileRows >> 1, odd: false, width: 2, isFull: false, sideBySide: true, asks: true,
      run: run, steps, operands)
  default:
    tile(
      pairs: tileRows >> 1, odd: false, width: 3, isFull: false, sideBySide: true, asks: true,
      run: run, steps, operands)
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
