import CVector

/// One block of a weight gradient of operands rounded to bfloat16: Xᵀ·D, summed over the batch's rows in chains of
/// `gradientPairs` pairs, which are added in their order.
///
/// Of each shard the rows make pairs of their own, those of an odd number with zeros for the last one's partner; chains go on from
/// shard to shard. `x` points at the first row of the batch and shard s has the rows `bounds[s] ..< bounds[s + 1]`; `d` has the
/// words of all pairs, one behind the other. What is asked for meanwhile is told as to `gradientProduct`.
///
/// Some columns of X are rounded for as many chains as there is room for. Then panel by panel of D each tile goes through these
/// chains: its sums stay in the nearest cache, and what it reads comes from the second-level one.
public func pairGradient(
  rows: Int, columns: Int, shards: Int, bounds: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<UInt32>, dStride: Int, g: UnsafeMutablePointer<Float>,
  gStride: Int, u: UnsafePointer<Float>?, uStride: Int, uSecond: Int, uThird: Int
) {
  let count = vectors(columns)
  let xWords = scratchWords()
  let room = Int(descent_scratch_floats)
  // As many columns as there is room for over one chain.
  let most = room / gradientPairs / lanes * lanes
  let rowTiles = divideUp(rows, pairTileRows)
  let panels = divideUp(count, pairTileVectors)
  var upcoming: UpcomingLines = (u, 0, 0, divideUp(rows * count, rowTiles * panels))
  var firstRow = 0
  while firstRow < rows {
    let endRow = rows - firstRow > most ? firstRow + most : rows
    let xRow = vectors(endRow - firstRow) * lanes
    let pairsAtOnce = room / xRow / gradientPairs * gradientPairs
    let tiles = divideUp(endRow - firstRow, pairTileRows)
    var place: BatchPlace = (0, Int(bounds[0]))
    var firstPair = 0
    while place.shard < shards {
      let pairs = packPairs(
        pairsAtOnce, columns: endRow - firstRow, shards: shards, bounds: bounds, &place,
        x: x + firstRow, xStride: xStride, into: xWords, yStride: xRow)
      let isLast = place.shard == shards
      var vector = 0
      while vector < count {
        let width = share(of: count - vector, most: pairTileVectors)
        let column = vector * lanes
        let panel = d + firstPair * dStride + column
        // The next panel, some of its rows after each tile: they lie far apart, which the processor's own prefetching does not
        // follow.
        let hasNext = vector + width < count
        var next: PanelLines = (
          UnsafeRawPointer(panel + width * lanes), 4 * dStride, hasNext ? pairs : 0,
          divideUp(pairs, tiles)
        )
        var row = firstRow
        while row < endRow {
          let height = share(of: endRow - row, most: pairTileRows)
          let sums = g + row * gStride + column
          let own = xWords + (row - firstRow)
          var pair = 0
          while pair < pairs {
            let length = pairs - pair < gradientPairs ? pairs - pair : gradientPairs
            let operands: PairOperands = (
              UnsafeRawPointer(own + pair * xRow), 4, 4 * xRow, 0, 0, panel + pair * dStride,
              dStride, 0, 0, 1, 1, length, sums, gStride
            )
            pairTile(
              rows: height, width: width, operands, (nil, false, firstPair + pair > 0))
            pair += length
          }
          ask(&next, vectors: width)
          // In the last pass, lest what comes be driven out of the cache again.
          if isLast {
            ask(
              &upcoming, rows: rows, vectors: count, stride: uStride, second: uSecond,
              third: uThird)
          }
          row += height
        }
        vector += width
      }
      firstPair += pairs
    }
    firstRow = endRow
  }
}

/// The pairs of rows that a weight gradient sums in one chain.
@inline(__always) var gradientPairs: Int { 128 }

/// Where a batch's pairs go on: in a shard, at a row.
typealias BatchPlace = (shard: Int, row: Int)

/// Rounds columns of the next pairs of a batch, at most so many; returns how many there were.
@inline(__always) func packPairs(
  _ most: Int, columns: Int, shards: Int, bounds: UnsafePointer<Int32>, _ place: inout BatchPlace,
  x: UnsafePointer<Float>, xStride: Int, into y: UnsafeMutablePointer<UInt32>, yStride: Int
) -> Int {
  var pairs = 0
  while place.shard < shards && pairs < most {
    let left = Int(bounds[place.shard + 1]) - place.row
    let rows = left < 2 * (most - pairs) ? left : 2 * (most - pairs)
    if rows > 0 {
      pairRows(
        rows: rows, columns: columns, depth: rows, x: x + place.row * xStride, xStride: xStride,
        into: y + pairs * yStride, yStride: yStride)
    }
    pairs += (rows + 1) >> 1
    place.row += rows
    if rows == left { place.shard += 1 }
  }
  return pairs
}

/// What is asked for of a block that will be read next: its row and vector, and how many vectors after each tile.
typealias UpcomingLines = (first: UnsafePointer<Float>?, row: Int, vector: Int, atOnce: Int)

@inline(__always) func ask(
  _ lines: inout UpcomingLines, rows: Int, vectors: Int, stride: Int, second: Int, third: Int
) {
  guard let first = lines.first else { return }
  var left = lines.atOnce
  while left > 0 && lines.row < rows {
    let p = first + lines.row * stride + lines.vector * lanes
    descent_prefetch(p)
    descent_prefetch(p + second)
    descent_prefetch(p + third)
    lines.vector += 1
    if lines.vector == vectors {
      lines.vector = 0
      lines.row += 1
    }
    left -= 1
  }
}
