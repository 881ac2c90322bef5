import CVector

/// C = A·B + bias, then max(0, ·) where `rectify` is set, of operands rounded to bfloat16 and sums in single precision.
///
/// Sizes, and the chains that an element is summed in, as in `matrixProduct`. An operand is given as numbers, which are
/// rounded here, or as words of pairs: A's as neighbours along its rows, B's as pairs of its rows; strides are then those of the
/// words. `chain` is even.
public func pairProduct(
  rows: Int, columns: Int, depth: Int, a: UnsafePointer<Float>?, aWords: UnsafePointer<UInt32>?,
  aStride: Int, b: UnsafePointer<Float>?, bWords: UnsafePointer<UInt32>?, bStride: Int,
  c: UnsafeMutablePointer<Float>, cStride: Int, bias: UnsafePointer<Float>?, rectify: Bool,
  chain: Int
) {
  let count = vectors(columns)
  // What is rounded here stands in the thread's scratch: of B a panel over a chain, of A as many rows as there is room for.
  let panelWords = bWords == nil ? chain >> 1 * pairTileVectors * lanes : 0
  let wordsOfRow = vectors(chain >> 1) * lanes
  let room = (Int(descent_scratch_floats) - panelWords) / wordsOfRow / pairTileRows * pairTileRows
  let most = aWords == nil ? room : rows
  let panel = scratchWords()
  let packed = panel + panelWords
  var start = 0
  repeat {
    let block = chain < depth - start ? chain : depth - start
    let isLast = start + block == depth
    let pairs = (block + 1) >> 1
    var firstRow = 0
    while firstRow < rows {
      let endRow = rows - firstRow > most ? firstRow + most : rows
      var (left, leftStride) = (UnsafePointer(packed), wordsOfRow)
      if let aWords {
        (left, leftStride) = (aWords + firstRow * aStride + start >> 1, aStride)
      } else if let a, block > 0 {
        pairColumns(
          rows: endRow - firstRow, columns: block, x: a + firstRow * aStride + start,
          xStride: aStride, into: packed, yStride: wordsOfRow)
      }
      var vector = 0
      while vector < count {
        let width = share(of: count - vector, most: pairTileVectors)
        let column = vector * lanes
        var (right, rightStride) = (UnsafePointer(panel), width * lanes)
        if let bWords {
          (right, rightStride) = (bWords + (start >> 1) * bStride + column, bStride)
        } else if let b {
          pairRows(
            rows: block, columns: width * lanes, depth: block, x: b + start * bStride + column,
            xStride: bStride, into: panel, yStride: rightStride)
        }
        let end: PairEnd = (
          isLast ? bias.map { $0 + column } : nil, isLast && rectify, start > 0
        )
        var row = firstRow
        while row < endRow {
          let height = share(of: endRow - row, most: pairTileRows)
          let rowOfA = left + (row - firstRow) * leftStride
          let operands: PairOperands = (
            UnsafeRawPointer(rowOfA), 4 * leftStride, 4, 0, 0, right, rightStride, 0, 0, 1, 1,
            pairs, c + row * cStride + column, cStride
          )
          pairTile(rows: height, width: width, operands, end)
          row += height
        }
        vector += width
      }
      firstRow = endRow
    }
    start += block
  } while start < depth
}

/// One block of a weight gradient of operands rounded to bfloat16: Xᵀ·D, summed over shards in their order, and in each over
/// chains of at most `longestGradientChain` rows.
///
/// Sizes as in `gradientProduct`. D is given as numbers or as words of pairs of a shard's rows, of which those of a shard begin
/// where the shard does: at row `bounds[s]` of `dWords`.
public func pairGradient(
  rows: Int, columns: Int, shards: Int, bounds: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  xStride: Int, d: UnsafePointer<Float>?, dWords: UnsafePointer<UInt32>?, dStride: Int,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  let count = vectors(columns)
  let xWords = scratchWords()
  let longest = longestGradientChain
  // Of X so many columns at a time as there is room for beside a panel of D.
  let panelWords = longest >> 1 * pairTileVectors * lanes
  let panel = xWords + (Int(descent_scratch_floats) - panelWords)
  let room = (panel - xWords) / (longest >> 1) / lanes * lanes
  var firstRow = 0
  while firstRow < rows {
    let endRow = rows - firstRow > room ? firstRow + room : rows
    let xRow = vectors(endRow - firstRow) * lanes
    for shard in 0..<shards {
      var first = Int(bounds[shard])
      let last = Int(bounds[shard + 1])
      while first < last {
        let depth = last - first < longest ? last - first : longest
        let start = Int(bounds[shard])
        let pairs = (depth + 1) >> 1
        pairRows(
          rows: depth, columns: endRow - firstRow, depth: depth, x: x + first * xStride + firstRow,
          xStride: xStride, into: xWords, yStride: xRow)
        var vector = 0
        while vector < count {
          let width = share(of: count - vector, most: pairTileVectors)
          let column = vector * lanes
          var (right, rightStride) = (UnsafePointer(panel), width * lanes)
          if let dWords {
            right = dWords + (start + (first - start) >> 1) * dStride + column
            rightStride = dStride
          } else if let d {
            pairRows(
              rows: depth, columns: width * lanes, depth: depth, x: d + first * dStride + column,
              xStride: dStride, into: panel, yStride: rightStride)
          }
          let end: PairEnd = (nil, false, first > Int(bounds[0]))
          var row = firstRow
          while row < endRow {
            let height = share(of: endRow - row, most: pairTileRows)
            let operands: PairOperands = (
              UnsafeRawPointer(xWords + (row - firstRow)), 4, 4 * xRow, 0, 0, right, rightStride, 0,
              0, 1, 1, pairs, g + row * gStride + column, gStride
            )
            pairTile(rows: height, width: width, operands, end)
            row += height
          }
          vector += width
        }
        first += depth
      }
    }
    firstRow = endRow
  }
}

/// The most rows of a batch that a weight gradient sums in one chain.
@inline(__always) var longestGradientChain: Int { 512 }
