import CVector

/// A run of rows of a product over one chain, c (+)= a·b, for a right operand that the second-level cache does not hold.
///
/// Both operands are copied, each in the order in which tiles read it: A tile by tile, the rows of a tile side by side,
/// and B panel by panel, for which the next panel is asked for between tiles. What is left to a tile is what it is to a
/// weight gradient of one shard, whose rows of A lie side by side: the same chains, to the same bits. Many
/// rows through 784 × 2048 and 1024 × 1024 go 7 to 15 % faster for it (Zen 3).
///
/// `rows` are at most `cachedRows`, `depth` at most `packedDepth`.
func packedProduct(
  rows: Int, count: Int, depth: Int, a: UnsafePointer<Float>, aStride: Int,
  b: UnsafePointer<Float>, bStride: Int, c: UnsafeMutablePointer<Float>, cStride: Int, adds: Bool,
  bias: UnsafePointer<Float>?, rectify: Bool, isLast: Bool
) {
  let panel = scratch()
  let packed = panel + packedDepth * tileVectors * lanes
  packRows(rows, depth: depth, a, stride: aStride, into: packed)
  var vector = 0
  while vector < count {
    let width = tileWidth(at: vector, of: count)
    let source = b + vector * lanes
    copyRows(depth, vectors: width, source, stride: bStride, into: panel)
    // The next panel's lines, as many after each tile as bring them all.
    var next = source + width * lanes
    var left = vector + width < count ? depth : 0
    let burst = left * tileRows / rows + 1
    var row = 0
    while row < rows {
      let height = tileHeight(at: row, of: rows)
      let (a, c) = (UnsafePointer(packed + row * depth), c + row * cStride + vector * lanes)
      if height == tileRows, width == tileVectors {
        packedTile(depth: depth, a: a, b: panel, c: c, cStride: cStride, adds: adds)
      } else {
        gradientTile(
          rows: height, width: width, depth: depth,
          (a, height, UnsafePointer(panel), width * lanes, nil, c, cStride, adds))
      }
      row += height
      var asked = 0
      while asked < burst && left > 0 {
        descent_prefetch(next)
        next += bStride
        left -= 1
        asked += 1
      }
    }
    if isLast {
      finish(
        rows: rows, width: width, c: c + vector * lanes, cStride: cStride,
        bias: bias.map { $0 + vector * lanes }, rectify: rectify)
    }
    vector += width
  }
}

/// The tile of full size, whose strides are known when it is compiled.
@inline(never) func packedTile(
  depth: Int, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>,
  cStride: Int, adds: Bool
) {
  tile(
    pairs: tileRows >> 1, odd: false, width: tileVectors, isFull: true, sideBySide: true,
    asks: false, run: nil, (1, nil, depth),
    (a, tileRows, b, tileVectors * lanes, nil, c, cStride, adds))
}

/// The steps of a chain that there is room for.
@inline(__always) var packedDepth: Int { 256 }

/// What a run takes of the scratch memory: a panel of B and the rows of A.
@inline(__always) var packedFloats: Int { packedDepth * (tileVectors * lanes + cachedRows) }

/// Columns beyond which a chain of B exceeds the second-level cache: 512 KB of it.
@inline(__always) var packedColumns: Int { 512 }

/// A's rows tile by tile: a tile of `height` rows that begins at `row` is at `row`·depth, step below step of its rows.
@inline(__always) func packRows(
  _ rows: Int, depth: Int, _ a: UnsafePointer<Float>, stride: Int,
  into packed: UnsafeMutablePointer<Float>
) {
  var row = 0
  while row < rows {
    let height = tileHeight(at: row, of: rows)
    for i in 0..<height {
      let source = a + (row + i) * stride
      var destination = packed + row * depth + i
      for k in 0..<depth {
        destination.pointee = source[k]
        destination += height
      }
    }
    row += height
  }
}
