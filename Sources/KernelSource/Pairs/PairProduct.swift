import CVector

/// C = A·B + bias, then max(0, ·) where `rectify` is set, of operands rounded to bfloat16 and sums in single precision.
///
/// Sizes, and the chains that an element is summed in, as in `matrixProduct`. A is given as numbers, which are rounded here; B as
/// well, or as words of pairs of its rows, whose stride is then given. `chain` is even.
public func pairProduct(
  rows: Int, columns: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bWords: UnsafePointer<UInt32>?, bStride: Int,
  c: UnsafeMutablePointer<Float>, cStride: Int, bias: UnsafePointer<Float>?, rectify: Bool,
  chain: Int
) {
  let count = vectors(columns)
  // What is rounded here stands in the thread's scratch: of B a panel over a chain, of A as many rows as there is room for.
  let panelWords = bWords == nil ? chain >> 1 * pairTileVectors * lanes : 0
  let wordsOfRow = vectors(chain >> 1) * lanes
  let most = (Int(descent_scratch_floats) - panelWords) / wordsOfRow / pairTileRows * pairTileRows
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
      for row in firstRow..<endRow {
        pairRun(
          block, a + row * aStride + start,
          into: UnsafeMutableRawPointer(packed + (row - firstRow) * wordsOfRow))
      }
      var vector = 0
      while vector < count {
        let width = share(of: count - vector, most: pairTileVectors)
        let column = vector * lanes
        var (right, rightStride) = (UnsafePointer(panel), width * lanes)
        if let bWords {
          (right, rightStride) = (bWords + (start >> 1) * bStride + column, bStride)
        } else {
          pairRows(
            rows: block, columns: width * lanes, depth: block, x: b + start * bStride + column,
            xStride: bStride, into: panel, yStride: rightStride)
        }
        let end: PairEnd = (
          isLast ? bias.map { $0 + column } : nil, isLast && rectify, start > 0
        )
        // What the next panel is made of, part by part after each tile: its rows lie far apart, which the processor's own
        // prefetching does not follow. Nothing beyond the columns is asked for: it may be another worker's, who is to write it.
        let isLastPanel = vector + width == count
        let parts = isLastPanel ? 0 : divideUp(endRow - firstRow, pairTileRows)
        var next: PanelLines = (
          UnsafeRawPointer(panel), 0, 0,
          parts > 0 ? divideUp(bWords == nil ? block : pairs, parts) : 0
        )
        if parts > 0 {
          let following = column + width * lanes
          if let bWords {
            next.place = UnsafeRawPointer(bWords + (start >> 1) * bStride + following)
            next.left = pairs
          } else {
            next.place = UnsafeRawPointer(b + start * bStride + following)
            next.left = block
          }
          next.stride = 4 * bStride
        }
        var row = firstRow
        while row < endRow {
          let height = share(of: endRow - row, most: pairTileRows)
          let rowOfA = packed + (row - firstRow) * wordsOfRow
          let operands: PairOperands = (
            UnsafeRawPointer(rowOfA), 4 * wordsOfRow, 4, 0, 0, right, rightStride, 0, 0, 1, 1,
            pairs, c + row * cStride + column, cStride
          )
          pairTile(rows: height, width: width, operands, end)
          ask(&next, vectors: width)
          row += height
        }
        vector += width
      }
      firstRow = endRow
    }
    start += block
  } while start < depth
}

/// Rows of a panel that are asked for: where the next one is, the bytes from one to the next, how many are left, and how many are
/// asked for at once.
typealias PanelLines = (place: UnsafeRawPointer, stride: Int, left: Int, atOnce: Int)

@inline(__always) func ask(_ lines: inout PanelLines, vectors: Int) {
  var count = lines.left < lines.atOnce ? lines.left : lines.atOnce
  lines.left -= count
  while count > 0 {
    descent_prefetch(lines.place)
    if vectors * lanes > 16 { descent_prefetch(lines.place + 64) }
    if vectors * lanes > 32 { descent_prefetch(lines.place + 128) }
    lines.place += lines.stride
    count -= 1
  }
}
