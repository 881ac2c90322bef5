import CVector

/// The register tile of products of bfloat16 numbers, which are summed in single precision.
///
/// A word holds two of them, of two consecutive steps, the earlier one in its lower half. A step of the tile takes such a
/// pair: `acc = (acc + a₁·b₁) + a₀·b₀`, the later one first, each with one rounding, as the instruction VDPBF16PS does (Intel,
/// Software Developer's Manual). Each element is one chain over all steps in ascending order, whatever the tile's height and
/// width. A last number without a partner has zeros for one.
///
/// The steps go through segments as those of a convolution's tile: `outer` of them `aOuter` and `bOuter` apart, in each `inner`
/// of them `aInner` and `bInner` apart, in each `depth` pairs.

/// A row's sums.
typealias PairRow = (V, V, V)

/// A tile's operands: distances in A in bytes, elsewhere in elements.
typealias PairOperands = (
  a: UnsafeRawPointer, aRow: Int, aStep: Int, aInner: Int, aOuter: Int,
  b: UnsafePointer<UInt32>, bStep: Int, bInner: Int, bOuter: Int,
  outer: Int, inner: Int, depth: Int, c: UnsafeMutablePointer<Float>, cRow: Int
)

/// What is done to a tile's sums before they are stored.
typealias PairEnd = (bias: UnsafePointer<Float>?, rectifies: Bool, adds: Bool)

@_transparent func addPairs(_ sums: inout PairRow, _ a: UInt32, _ b: (VU, VU, VU), width: Int) {
  let a = pairFactor(VU(repeating: a))
  sums.0 = addProducts(sums.0, a, pairFactor(b.0))
  if width > 1 { sums.1 = addProducts(sums.1, a, pairFactor(b.1)) }
  if width > 2 { sums.2 = addProducts(sums.2, a, pairFactor(b.2)) }
}

@_transparent func finish(
  _ sums: PairRow, _ c: UnsafeMutablePointer<Float>, width: Int, _ end: PairEnd, _ bias: PairRow
) {
  var (first, second, third) = sums
  if end.adds {
    first = load(c) + first
    if width > 1 { second = load(c + lanes) + second }
    if width > 2 { third = load(c + 2 * lanes) + third }
  }
  if end.bias != nil {
    first += bias.0
    if width > 1 { second += bias.1 }
    if width > 2 { third += bias.2 }
  }
  if end.rectifies {
    first = maximum(first, V.zero)
    if width > 1 { second = maximum(second, V.zero) }
    if width > 2 { third = maximum(third, V.zero) }
  }
  store(first, c)
  if width > 1 { store(second, c + lanes) }
  if width > 2 { store(third, c + 2 * lanes) }
}

/// A tile of two, four, six or eight rows, one to three vectors wide; `rows` and `width` are literals at every call. Where `odd`
/// is set it has a row less, and computes the one before it twice, into the same place.
@_transparent func pairTile(
  rows: Int, width: Int, odd: Bool, _ o: PairOperands, _ end: PairEnd
) {
  let zero: PairRow = (V.zero, V.zero, V.zero)
  var (s0, s1, s2, s3) = (zero, zero, zero, zero)
  var (s4, s5, s6, s7) = (zero, zero, zero, zero)
  let row = o.aRow
  // The last row's place, from the first of its four.
  let last = ((rows - 1) & 3 - (odd ? 1 : 0)) * row
  var line = 0
  while line < o.outer {
    var segment = 0
    while segment < o.inner {
      var a0 = o.a + line * o.aOuter + segment * o.aInner
      var a4 = a0 + 4 * row
      var b = o.b + line * o.bOuter + segment * o.bInner
      var left = o.depth
      while left > 0 {
        let values = (
          loadWords(b), width > 1 ? loadWords(b + lanes) : VU.zero,
          width > 2 ? loadWords(b + 2 * lanes) : VU.zero
        )
        addPairs(&s0, descent_word(a0), values, width: width)
        if rows == 2 { addPairs(&s1, descent_word(a0 + last), values, width: width) }
        if rows > 2 {
          addPairs(&s1, descent_word(a0 + row), values, width: width)
          addPairs(&s2, descent_word(a0 + 2 * row), values, width: width)
          addPairs(
            &s3, descent_word(rows == 4 ? a0 + last : a4 - row), values, width: width)
        }
        if rows > 4 {
          addPairs(&s4, descent_word(a4), values, width: width)
          addPairs(
            &s5, descent_word(rows == 6 ? a4 + last : a4 + row), values, width: width)
        }
        if rows > 6 {
          addPairs(&s6, descent_word(a4 + 2 * row), values, width: width)
          addPairs(&s7, descent_word(a4 + last), values, width: width)
        }
        a0 += o.aStep
        if rows > 2 { a4 += o.aStep }
        b += o.bStep
        left -= 1
      }
      segment += 1
    }
    line += 1
  }
  var bias = zero
  if let place = end.bias {
    bias.0 = load(place)
    if width > 1 { bias.1 = load(place + lanes) }
    if width > 2 { bias.2 = load(place + 2 * lanes) }
  }
  // A row that is computed twice is stored last, so that what is added to it is added once.
  let (c, cRow) = (o.c, o.cRow)
  if !(rows == 2 && odd) { finish(s0, c, width: width, end, bias) }
  if rows == 2 { finish(s1, odd ? c : c + cRow, width: width, end, bias) }
  if rows > 2 {
    finish(s1, c + cRow, width: width, end, bias)
    if !(rows == 4 && odd) { finish(s2, c + 2 * cRow, width: width, end, bias) }
    finish(s3, c + (rows == 4 && odd ? 2 : 3) * cRow, width: width, end, bias)
  }
  if rows > 4 {
    if !(rows == 6 && odd) { finish(s4, c + 4 * cRow, width: width, end, bias) }
    finish(s5, c + (rows == 6 && odd ? 4 : 5) * cRow, width: width, end, bias)
  }
  if rows > 6 {
    if !odd { finish(s6, c + 6 * cRow, width: width, end, bias) }
    finish(s7, c + (odd ? 6 : 7) * cRow, width: width, end, bias)
  }
}

/// The tile of any width; `rows` is a literal at every call.
@_transparent func pairTile(
  rows: Int, odd: Bool, of operands: PairOperands, width: Int, _ end: PairEnd
) {
  switch width {
  case 1: pairTile(rows: rows, width: 1, odd: odd, operands, end)
  case 2: pairTile(rows: rows, width: 2, odd: odd, operands, end)
  default:
    // Sets with few registers have no wider ones.
    if pairTileVectors > 2 { pairTile(rows: rows, width: 3, odd: odd, operands, end) }
  }
}

// A function for each height, as with the other tiles.

@inline(never) func pairTile2(
  _ odd: Bool, _ width: Int, _ operands: PairOperands, _ end: PairEnd
) {
  pairTile(rows: 2, odd: odd, of: operands, width: width, end)
}

@inline(never) func pairTile4(
  _ odd: Bool, _ width: Int, _ operands: PairOperands, _ end: PairEnd
) {
  pairTile(rows: 4, odd: odd, of: operands, width: width, end)
}

@inline(never) func pairTile6(
  _ odd: Bool, _ width: Int, _ operands: PairOperands, _ end: PairEnd
) {
  pairTile(rows: 6, odd: odd, of: operands, width: width, end)
}

@inline(never) func pairTile8(
  _ odd: Bool, _ width: Int, _ operands: PairOperands, _ end: PairEnd
) {
  pairTile(rows: 8, odd: odd, of: operands, width: width, end)
}

/// A tile of up to `pairTileRows` rows and `pairTileVectors` vectors.
@inline(__always) func pairTile(
  rows: Int, width: Int, _ operands: PairOperands, _ end: PairEnd
) {
  let odd = rows & 1 == 1
  if pairTileRows > 4 && rows > 4 {
    if rows > 6 {
      pairTile8(odd, width, operands, end)
    } else {
      pairTile6(odd, width, operands, end)
    }
  } else if rows > 2 {
    pairTile4(odd, width, operands, end)
  } else {
    pairTile2(odd, width, operands, end)
  }
}
