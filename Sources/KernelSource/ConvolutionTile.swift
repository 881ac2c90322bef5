import CVector

/// The register tile of convolutions: up to `convolutionRows` rows, one or two vectors wide.
///
/// Each element is one chain `acc = acc + a·b` over all steps in ascending order, whatever the tile's height and width. The
/// steps go through segments: `outer` of them `aOuter` and `bOuter` elements apart, in each `inner` of them `aInner` and
/// `bInner` apart, in each `depth` steps `aStep` and `bStep` apart. A convolution is that with the window's lines outside and
/// its pixels inside, a weight gradient with the map's lines outside and its pixels as steps, so that neither copies the
/// windows of its map (no im2col).

/// A row's sums.
typealias ConvolutionRow = (V, V)

/// A tile's operands: rows of A lie `aRow` apart, rows of C `cRow`.
typealias ConvolutionOperands = (
  a: UnsafePointer<Float>, aRow: Int, aStep: Int, aInner: Int, aOuter: Int,
  b: UnsafePointer<Float>, bStep: Int, bInner: Int, bOuter: Int,
  outer: Int, inner: Int, depth: Int, c: UnsafeMutablePointer<Float>, cRow: Int
)

/// What is done to a tile's sums before they are stored.
typealias ConvolutionEnd = (bias: UnsafePointer<Float>?, rectifies: Bool, adds: Bool)

@_transparent func multiplyAdd(
  _ sums: inout ConvolutionRow, _ a: Float, _ b: ConvolutionRow, isWide: Bool
) {
  let a = V(repeating: a)
  sums.0 = multiplyAdd(sums.0, a, b.0)
  if isWide { sums.1 = multiplyAdd(sums.1, a, b.1) }
}

@_transparent func finish(
  _ sums: ConvolutionRow, _ c: UnsafeMutablePointer<Float>, isWide: Bool, _ end: ConvolutionEnd,
  _ bias: ConvolutionRow
) {
  var (first, second) = sums
  if end.adds {
    first = load(c) + first
    if isWide { second = load(c + lanes) + second }
  }
  if end.bias != nil {
    first += bias.0
    if isWide { second += bias.1 }
  }
  if end.rectifies {
    first = maximum(first, V.zero)
    if isWide { second = maximum(second, V.zero) }
  }
  store(first, c)
  if isWide { store(second, c + lanes) }
}

/// A tile of exactly so many rows; `rows`, `isWide` and `sideBySide` are literals at every call. Rows that lie side by side
/// are those of a weight gradient, one float apart; elsewhere four at a time are reached from one pointer.
@_transparent func convolutionTile(
  rows: Int, isWide: Bool, sideBySide: Bool, _ o: ConvolutionOperands, _ end: ConvolutionEnd
) {
  var r0: ConvolutionRow = (V.zero, V.zero)
  var r1: ConvolutionRow = (V.zero, V.zero)
  var r2: ConvolutionRow = (V.zero, V.zero)
  var r3: ConvolutionRow = (V.zero, V.zero)
  var r4: ConvolutionRow = (V.zero, V.zero)
  var r5: ConvolutionRow = (V.zero, V.zero)
  var r6: ConvolutionRow = (V.zero, V.zero)
  var r7: ConvolutionRow = (V.zero, V.zero)
  var r8: ConvolutionRow = (V.zero, V.zero)
  var r9: ConvolutionRow = (V.zero, V.zero)
  var r10: ConvolutionRow = (V.zero, V.zero)
  var r11: ConvolutionRow = (V.zero, V.zero)
  var r12: ConvolutionRow = (V.zero, V.zero)
  var r13: ConvolutionRow = (V.zero, V.zero)
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
      var b = o.b + line * o.bOuter + segment * o.bInner
      var left = o.depth
      while left > 0 {
        a0 = descent_opaque(a0)
        if !sideBySide && rows > 4 { a4 = descent_opaque(a4) }
        if !sideBySide && rows > 8 { a8 = descent_opaque(a8) }
        if !sideBySide && rows > 12 { a12 = descent_opaque(a12) }
        let values: ConvolutionRow = (load(b), isWide ? load(b + lanes) : V.zero)
        multiplyAdd(&r0, a0[0], values, isWide: isWide)
        if rows > 1 {
          multiplyAdd(
            &r1, sideBySide ? a0[1] : a0[row], values, isWide: isWide)
        }
        if rows > 2 {
          multiplyAdd(
            &r2, sideBySide ? a0[2] : a0[2 * row], values, isWide: isWide)
        }
        if rows > 3 {
          multiplyAdd(
            &r3, sideBySide ? a0[3] : a0[third], values, isWide: isWide)
        }
        if rows > 4 {
          multiplyAdd(
            &r4, sideBySide ? a0[4] : a4[0], values, isWide: isWide)
        }
        if rows > 5 {
          multiplyAdd(
            &r5, sideBySide ? a0[5] : a4[row], values, isWide: isWide)
        }
        if rows > 6 {
          multiplyAdd(
            &r6, sideBySide ? a0[6] : a4[2 * row], values, isWide: isWide)
        }
        if rows > 7 {
          multiplyAdd(
            &r7, sideBySide ? a0[7] : a4[third], values, isWide: isWide)
        }
        if rows > 8 {
          multiplyAdd(
            &r8, sideBySide ? a0[8] : a8[0], values, isWide: isWide)
        }
        if rows > 9 {
          multiplyAdd(
            &r9, sideBySide ? a0[9] : a8[row], values, isWide: isWide)
        }
        if rows > 10 {
          multiplyAdd(
            &r10, sideBySide ? a0[10] : a8[2 * row], values, isWide: isWide)
        }
        if rows > 11 {
          multiplyAdd(
            &r11, sideBySide ? a0[11] : a8[third], values, isWide: isWide)
        }
        if rows > 12 {
          multiplyAdd(
            &r12, sideBySide ? a0[12] : a12[0], values, isWide: isWide)
        }
        if rows > 13 {
          multiplyAdd(
            &r13, sideBySide ? a0[13] : a12[row], values, isWide: isWide)
        }
        a0 += o.aStep
        if !sideBySide {
          a4 += o.aStep
          a8 += o.aStep
          a12 += o.aStep
        }
        b += o.bStep
        left -= 1
      }
      segment += 1
    }
    line += 1
  }
  var bias: ConvolutionRow = (V.zero, V.zero)
  if let place = end.bias {
    bias.0 = load(place)
    if isWide { bias.1 = load(place + lanes) }
  }
  finish(r0, o.c, isWide: isWide, end, bias)
  if rows > 1 { finish(r1, o.c + o.cRow, isWide: isWide, end, bias) }
  if rows > 2 { finish(r2, o.c + 2 * o.cRow, isWide: isWide, end, bias) }
  if rows > 3 { finish(r3, o.c + 3 * o.cRow, isWide: isWide, end, bias) }
  if rows > 4 { finish(r4, o.c + 4 * o.cRow, isWide: isWide, end, bias) }
  if rows > 5 { finish(r5, o.c + 5 * o.cRow, isWide: isWide, end, bias) }
  if rows > 6 { finish(r6, o.c + 6 * o.cRow, isWide: isWide, end, bias) }
  if rows > 7 { finish(r7, o.c + 7 * o.cRow, isWide: isWide, end, bias) }
  if rows > 8 { finish(r8, o.c + 8 * o.cRow, isWide: isWide, end, bias) }
  if rows > 9 { finish(r9, o.c + 9 * o.cRow, isWide: isWide, end, bias) }
  if rows > 10 { finish(r10, o.c + 10 * o.cRow, isWide: isWide, end, bias) }
  if rows > 11 { finish(r11, o.c + 11 * o.cRow, isWide: isWide, end, bias) }
  if rows > 12 { finish(r12, o.c + 12 * o.cRow, isWide: isWide, end, bias) }
  if rows > 13 { finish(r13, o.c + 13 * o.cRow, isWide: isWide, end, bias) }
}

/// The tile of so many rows, wide or not, of either kind; `rows` is a literal at every call.
@_transparent func convolutionTile(
  rows: Int, isWide: Bool, sideBySide: Bool, of operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) {
  if sideBySide {
    if isWide {
      convolutionTile(rows: rows, isWide: true, sideBySide: true, operands, end)
    } else {
      convolutionTile(rows: rows, isWide: false, sideBySide: true, operands, end)
    }
  } else if isWide {
    convolutionTile(rows: rows, isWide: true, sideBySide: false, operands, end)
  } else {
    convolutionTile(rows: rows, isWide: false, sideBySide: false, operands, end)
  }
}

// A function for each height, as with the tile of products.

@inline(never) func convolutionTile2(
  _ isWide: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands, _ end: ConvolutionEnd
) { convolutionTile(rows: 2, isWide: isWide, sideBySide: sideBySide, of: operands, end) }

@inline(never) func convolutionTile3(
  _ isWide: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands, _ end: ConvolutionEnd
) { convolutionTile(rows: 3, isWide: isWide, sideBySide: sideBySide, of: operands, end) }

@inline(never) func convolutionTile4(
  _ isWide: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands, _ end: ConvolutionEnd
) { convolutionTile(rows: 4, isWide: isWide, sideBySide: sideBySide, of: operands, end) }

@inline(never) func convolutionTile5(
  _ isWide: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands, _ end: ConvolutionEnd
) { convolutionTile(rows: 5, isWide: isWide, sideBySide: sideBySide, of: operands, end) }

@inline(never) func convolutionTile6(
  _ isWide: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands, _ end: ConvolutionEnd
) { convolutionTile(rows: 6, isWide: isWide, sideBySide: sideBySide, of: operands, end) }

@inline(never) func convolutionTile7(
  _ isWide: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands, _ end: ConvolutionEnd
) { convolutionTile(rows: 7, isWide: isWide, sideBySide: sideBySide, of: operands, end) }

@inline(never) func convolutionTile8(
  _ isWide: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands, _ end: ConvolutionEnd
) { convolutionTile(rows: 8, isWide: isWide, sideBySide: sideBySide, of: operands, end) }

@inline(never) func convolutionTile9(
  _ isWide: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands, _ end: ConvolutionEnd
) { convolutionTile(rows: 9, isWide: isWide, sideBySide: sideBySide, of: operands, end) }

@inline(never) func convolutionTile10(
  _ isWide: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands, _ end: ConvolutionEnd
) { convolutionTile(rows: 10, isWide: isWide, sideBySide: sideBySide, of: operands, end) }

@inline(never) func convolutionTile11(
  _ isWide: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands, _ end: ConvolutionEnd
) { convolutionTile(rows: 11, isWide: isWide, sideBySide: sideBySide, of: operands, end) }

@inline(never) func convolutionTile12(
  _ isWide: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands, _ end: ConvolutionEnd
) { convolutionTile(rows: 12, isWide: isWide, sideBySide: sideBySide, of: operands, end) }

@inline(never) func convolutionTile13(
  _ isWide: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands, _ end: ConvolutionEnd
) { convolutionTile(rows: 13, isWide: isWide, sideBySide: sideBySide, of: operands, end) }

@inline(never) func convolutionTile14(
  _ isWide: Bool, _ sideBySide: Bool, _ operands: ConvolutionOperands, _ end: ConvolutionEnd
) { convolutionTile(rows: 14, isWide: isWide, sideBySide: sideBySide, of: operands, end) }

/// A tile of up to `convolutionRows` rows.
@inline(__always) func convolutionTile(
  rows: Int, isWide: Bool, sideBySide: Bool, tall operands: ConvolutionOperands,
  _ end: ConvolutionEnd
) {
  switch rows {
  case 1:
    // Of a function of its own, which has no use for distances between rows, the compiler would make another one without them,
    // as a weak symbol.
    convolutionTile(rows: 1, isWide: isWide, sideBySide: sideBySide, of: operands, end)
  case 2: convolutionTile2(isWide, sideBySide, operands, end)
  case 3: convolutionTile3(isWide, sideBySide, operands, end)
  case 4: convolutionTile4(isWide, sideBySide, operands, end)
  case 5: convolutionTile5(isWide, sideBySide, operands, end)
  case 6: convolutionTile6(isWide, sideBySide, operands, end)
  default:
    // Sets with few registers have no higher ones.
    guard convolutionRows > 6 else { return }
    switch rows {
    case 7: convolutionTile7(isWide, sideBySide, operands, end)
    case 8: convolutionTile8(isWide, sideBySide, operands, end)
    case 9: convolutionTile9(isWide, sideBySide, operands, end)
    case 10: convolutionTile10(isWide, sideBySide, operands, end)
    case 11: convolutionTile11(isWide, sideBySide, operands, end)
    case 12: convolutionTile12(isWide, sideBySide, operands, end)
    case 13: convolutionTile13(isWide, sideBySide, operands, end)
    default: convolutionTile14(isWide, sideBySide, operands, end)
    }
  }
}
