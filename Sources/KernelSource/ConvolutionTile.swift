import CVector

/// The register tile of convolutions: up to `convolutionRows` rows two vectors wide, or twice as many rows one vector wide.
///
/// Each element is one chain `acc = acc + a·b` over all steps in ascending order, whatever the tile's height and width. The
/// steps go through segments: `outer` of them `aOuter` and `bOuter` elements apart, in each `inner` of them `aInner` and
/// `bInner` apart, in each `depth` steps `aStep` and `bStep` apart. A convolution is that with the window's lines outside and
/// its pixels inside, a weight gradient with the map's lines outside and its pixels as steps, so that neither copies the
/// windows of its map (no im2col).
///
/// The narrow tile is tall because the multipliers are kept busy by the number of sums, and because a step of a weight gradient
/// brings a cache line of each operand from the second-level cache, however many rows they serve.

/// Two vectors of sums: those of one row where the tile is wide, else of two rows, one below the other.
typealias ConvolutionSums = (V, V)

/// A tile's operands: rows of A lie `aRow` apart, rows of C `cRow`.
typealias ConvolutionOperands = (
  a: UnsafePointer<Float>, aRow: Int, aStep: Int, aInner: Int, aOuter: Int,
  b: UnsafePointer<Float>, bStep: Int, bInner: Int, bOuter: Int,
  outer: Int, inner: Int, depth: Int, c: UnsafeMutablePointer<Float>, cRow: Int
)

/// What is done to a tile's sums before they are stored.
typealias ConvolutionEnd = (bias: UnsafePointer<Float>?, rectifies: Bool, adds: Bool)

/// A step's elements of A: pointers to every fourth row's, and the distances of one row and of three.
typealias ConvolutionElements = (
  rows0: UnsafePointer<Float>, rows4: UnsafePointer<Float>, rows8: UnsafePointer<Float>,
  rows12: UnsafePointer<Float>, rows16: UnsafePointer<Float>, rows20: UnsafePointer<Float>,
  rows24: UnsafePointer<Float>, row: Int, third: Int
)

/// A row's element in all lanes. Rows that lie side by side are those of a weight gradient, one float apart.
@_transparent func element(_ row: Int, sideBySide: Bool, _ a: ConvolutionElements) -> V {
  if sideBySide { return V(repeating: a.rows0[row]) }
  let four =
    row < 4
    ? a.rows0
    : row < 8
      ? a.rows4
      : row < 12
        ? a.rows8 : row < 16 ? a.rows12 : row < 20 ? a.rows16 : row < 24 ? a.rows20 : a.rows24
  let place = row % 4
  return V(
    repeating: place == 0
      ? four[0] : place == 1 ? four[a.row] : place == 2 ? four[2 * a.row] : four[a.third])
}

/// One step of two vectors of sums, the tile's `pair`-th, as far as it has so many rows.
@_transparent func multiplyAdd(
  _ pair: Int, _ sums: inout ConvolutionSums, rows: Int, isWide: Bool, sideBySide: Bool,
  _ a: ConvolutionElements, _ b: (V, V)
) {
  if isWide {
    if pair < rows {
      let a = element(pair, sideBySide: sideBySide, a)
      sums.0 = multiplyAdd(sums.0, a, b.0)
      sums.1 = multiplyAdd(sums.1, a, b.1)
    }
  } else {
    if 2 * pair < rows {
      sums.0 = multiplyAdd(sums.0, element(2 * pair, sideBySide: sideBySide, a), b.0)
    }
    if 2 * pair + 1 < rows {
      sums.1 = multiplyAdd(sums.1, element(2 * pair + 1, sideBySide: sideBySide, a), b.0)
    }
  }
}

@_transparent func finish(
  _ sum: V, _ c: UnsafeMutablePointer<Float>, _ end: ConvolutionEnd, _ bias: V
) {
  var sum = sum
  if end.adds { sum = load(c) + sum }
  if end.bias != nil { sum += bias }
  if end.rectifies { sum = maximum(sum, V.zero) }
  store(sum, c)
}

/// Stores two vectors of sums, the tile's `pair`-th, as far as it has so many rows.
@_transparent func finish(
  _ pair: Int, _ sums: ConvolutionSums, rows: Int, isWide: Bool, _ o: ConvolutionOperands,
  _ end: ConvolutionEnd, _ bias: (V, V)
) {
  if isWide {
    if pair < rows {
      finish(sums.0, o.c + pair * o.cRow, end, bias.0)
      finish(sums.1, o.c + pair * o.cRow + lanes, end, bias.1)
    }
  } else {
    if 2 * pair < rows { finish(sums.0, o.c + 2 * pair * o.cRow, end, bias.0) }
    if 2 * pair + 1 < rows { finish(sums.1, o.c + (2 * pair + 1) * o.cRow, end, bias.0) }
  }
}

/// A tile of exactly so many rows; `rows`, `isWide` and `sideBySide` are literals at every call.
@_transparent func convolutionTile(
  rows: Int, isWide: Bool, sideBySide: Bool, _ o: ConvolutionOperands, _ end: ConvolutionEnd
) {
  var s0: ConvolutionSums = (V.zero, V.zero)
  var s1: ConvolutionSums = (V.zero, V.zero)
  var s2: ConvolutionSums = (V.zero, V.zero)
  var s3: ConvolutionSums = (V.zero, V.zero)
  var s4: ConvolutionSums = (V.zero, V.zero)
  var s5: ConvolutionSums = (V.zero, V.zero)
  var s6: ConvolutionSums = (V.zero, V.zero)
  var s7: ConvolutionSums = (V.zero, V.zero)
  var s8: ConvolutionSums = (V.zero, V.zero)
  var s9: ConvolutionSums = (V.zero, V.zero)
  var s10: ConvolutionSums = (V.zero, V.zero)
  var s11: ConvolutionSums = (V.zero, V.zero)
  var s12: ConvolutionSums = (V.zero, V.zero)
  var s13: ConvolutionSums = (V.zero, V.zero)
  let row = sideBySide ? 1 : o.aRow
  let third = 3 * row
  var line = 0
  while line < o.outer {
    var segment = 0
    while segment < o.inner {
      var a0 = o.a + line * o.aOuter + segment * o.aInner
      var a4 = a0 + 4 * row
      var a8 = a4 + 4 * row
      var a12 = a8 + 4 * row
      var a16 = a12 + 4 * row
      var a20 = a16 + 4 * row
      var a24 = a20 + 4 * row
      var b = o.b + line * o.bOuter + segment * o.bInner
      var left = o.depth
      while left > 0 {
        a0 = descent_opaque(a0)
        if !sideBySide && rows > 4 { a4 = descent_opaque(a4) }
        if !sideBySide && rows > 8 { a8 = descent_opaque(a8) }
        if !sideBySide && rows > 12 { a12 = descent_opaque(a12) }
        if !sideBySide && rows > 16 { a16 = descent_opaque(a16) }
        if !sideBySide && rows > 20 { a20 = descent_opaque(a20) }
        if !sideBySide && rows > 24 { a24 = descent_opaque(a24) }
        let a: ConvolutionElements = (a0, a4, a8, a12, a16, a20, a24, row, third)
        let values = (load(b), isWide ? load(b + lanes) : V.zero)
        multiplyAdd(0, &s0, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        multiplyAdd(1, &s1, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        multiplyAdd(2, &s2, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        multiplyAdd(3, &s3, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        multiplyAdd(4, &s4, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        multiplyAdd(5, &s5, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        multiplyAdd(6, &s6, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        multiplyAdd(7, &s7, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        multiplyAdd(8, &s8, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        multiplyAdd(9, &s9, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        multiplyAdd(10, &s10, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        multiplyAdd(11, &s11, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        multiplyAdd(12, &s12, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        multiplyAdd(13, &s13, rows: rows, isWide: isWide, sideBySide: sideBySide, a, values)
        a0 += o.aStep
        if !sideBySide {
          a4 += o.aStep
          a8 += o.aStep
          a12 += o.aStep
          a16 += o.aStep
          a20 += o.aStep
          a24 += o.aStep
        }
        b += o.bStep
        left -= 1
      }
      segment += 1
    }
    line += 1
  }
  var bias = (V.zero, V.zero)
  if let place = end.bias {
    bias.0 = load(place)
    if isWide { bias.1 = load(place + lanes) }
  }
  finish(0, s0, rows: rows, isWide: isWide, o, end, bias)
  finish(1, s1, rows: rows, isWide: isWide, o, end, bias)
  finish(2, s2, rows: rows, isWide: isWide, o, end, bias)
  finish(3, s3, rows: rows, isWide: isWide, o, end, bias)
  finish(4, s4, rows: rows, isWide: isWide, o, end, bias)
  finish(5, s5, rows: rows, isWide: isWide, o, end, bias)
  finish(6, s6, rows: rows, isWide: isWide, o, end, bias)
  finish(7, s7, rows: rows, isWide: isWide, o, end, bias)
  finish(8, s8, rows: rows, isWide: isWide, o, end, bias)
  finish(9, s9, rows: rows, isWide: isWide, o, end, bias)
  finish(10, s10, rows: rows, isWide: isWide, o, end, bias)
  finish(11, s11, rows: rows, isWide: isWide, o, end, bias)
  finish(12, s12, rows: rows, isWide: isWide, o, end, bias)
  finish(13, s13, rows: rows, isWide: isWide, o, end, bias)
}

/// The tile of so many pairs of vectors, wide, or narrow with twice as many rows or one fewer, of either kind; `pairs` is a
/// literal at every call.
@_transparent func convolutionTile(
  pairs: Int, _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) {
  if sideBySide {
    if isWide {
      convolutionTile(rows: pairs, isWide: true, sideBySide: true, operands, end)
    } else if isOdd {
      convolutionTile(rows: 2 * pairs - 1, isWide: false, sideBySide: true, operands, end)
    } else {
      convolutionTile(rows: 2 * pairs, isWide: false, sideBySide: true, operands, end)
    }
  } else if isWide {
    convolutionTile(rows: pairs, isWide: true, sideBySide: false, operands, end)
  } else if isOdd {
    convolutionTile(rows: 2 * pairs - 1, isWide: false, sideBySide: false, operands, end)
  } else {
    convolutionTile(rows: 2 * pairs, isWide: false, sideBySide: false, operands, end)
  }
}

// A function for each number of pairs, as with the tile of products.

@inline(never) func convolutionTile1(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 1, isWide, isOdd, sideBySide, operands, end) }

@inline(never) func convolutionTile2(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 2, isWide, isOdd, sideBySide, operands, end) }

@inline(never) func convolutionTile3(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 3, isWide, isOdd, sideBySide, operands, end) }

@inline(never) func convolutionTile4(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 4, isWide, isOdd, sideBySide, operands, end) }

@inline(never) func convolutionTile5(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 5, isWide, isOdd, sideBySide, operands, end) }

@inline(never) func convolutionTile6(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 6, isWide, isOdd, sideBySide, operands, end) }

@inline(never) func convolutionTile7(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 7, isWide, isOdd, sideBySide, operands, end) }

@inline(never) func convolutionTile8(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 8, isWide, isOdd, sideBySide, operands, end) }

@inline(never) func convolutionTile9(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 9, isWide, isOdd, sideBySide, operands, end) }

@inline(never) func convolutionTile10(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 10, isWide, isOdd, sideBySide, operands, end) }

@inline(never) func convolutionTile11(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 11, isWide, isOdd, sideBySide, operands, end) }

@inline(never) func convolutionTile12(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 12, isWide, isOdd, sideBySide, operands, end) }

@inline(never) func convolutionTile13(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 13, isWide, isOdd, sideBySide, operands, end) }

@inline(never) func convolutionTile14(
  _ isWide: Bool, _ isOdd: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) { convolutionTile(pairs: 14, isWide, isOdd, sideBySide, operands, end) }

/// The most rows that a tile has.
@inline(__always) func convolutionRows(isWide: Bool) -> Int {
  isWide ? convolutionRows : 2 * convolutionRows
}

/// A tile of up to `convolutionRows(isWide:)` rows.
@inline(__always) func convolutionTile(
  rows: Int, isWide: Bool, sideBySide: Bool, tall operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) {
  let isOdd = rows % 2 == 1
  switch isWide ? rows : (rows + 1) / 2 {
  case 1: convolutionTile1(isWide, isOdd, sideBySide, operands, end)
  case 2: convolutionTile2(isWide, isOdd, sideBySide, operands, end)
  case 3: convolutionTile3(isWide, isOdd, sideBySide, operands, end)
  case 4: convolutionTile4(isWide, isOdd, sideBySide, operands, end)
  case 5: convolutionTile5(isWide, isOdd, sideBySide, operands, end)
  case 6: convolutionTile6(isWide, isOdd, sideBySide, operands, end)
  default:
    // Sets with few registers have no higher ones.
    guard convolutionRows > 6 else { return }
    switch isWide ? rows : (rows + 1) / 2 {
    case 7: convolutionTile7(isWide, isOdd, sideBySide, operands, end)
    case 8: convolutionTile8(isWide, isOdd, sideBySide, operands, end)
    case 9: convolutionTile9(isWide, isOdd, sideBySide, operands, end)
    case 10: convolutionTile10(isWide, isOdd, sideBySide, operands, end)
    case 11: convolutionTile11(isWide, isOdd, sideBySide, operands, end)
    case 12: convolutionTile12(isWide, isOdd, sideBySide, operands, end)
    case 13: convolutionTile13(isWide, isOdd, sideBySide, operands, end)
    default: convolutionTile14(isWide, isOdd, sideBySide, operands, end)
    }
  }
}
