/// The gradient of the weights of a convolution channel by channel.

/// g (+)= Σ x·d for each place of the window and each channel of one map, added to what is there where it `adds`.
///
/// Sizes as in `depthwiseMap`; `g` has a row for each place, `gStride` apart. An element is the sum of one chain for each line
/// of the output: over the pixels at which the whole window is inside, then over those at the sides.
public func depthwiseGradientMap(
  columns: Int, vertical: DepthwiseAxis, horizontal: DepthwiseAxis, x: UnsafePointer<Float>,
  xLine: Int, xPixel: Int, d: UnsafePointer<Float>, dLine: Int, dPixel: Int,
  g: UnsafeMutablePointer<Float>, gStride: Int, adds: Bool
) {
  let count = vectors(columns)
  if !adds {
    for place in 0..<vertical.size * horizontal.size {
      for vector in 0..<count { store(V.zero, g + place * gStride + vector * lanes) }
    }
  }
  let inner = inside(horizontal)
  let isSquare = vertical.size == 3 && hasSquareSides(horizontal, inner)
  for line in 0..<vertical.output {
    let lines = places(vertical, at: line)
    let start = line * vertical.step + vertical.first
    for vector in 0..<count {
      let column = vector * lanes
      let own = d + line * dLine + column
      if isSquare && lines.first == 0 && lines.end == 3 {
        gradientSquare(
          horizontal, inner, x: x + start * xLine + column, xLine: vertical.dilation * xLine,
          xPixel: xPixel, d: own, dPixel: dPixel, g: g + column, gStride: gStride)
        continue
      }
      var windowLine = lines.first
      while windowLine < lines.end {
        let row = x + (start + windowLine * vertical.dilation) * xLine + column
        var tap = 0
        while tap < horizontal.size {
          let taps = share(of: horizontal.size - tap, most: 5)
          let sums = g + (windowLine * horizontal.size + tap) * gStride + column
          switch taps {
          case 1:
            gradientLine(
              taps: 1, from: tap, horizontal, inner, x: row, xPixel: xPixel, d: own,
              dPixel: dPixel, g: sums, gStride: gStride)
          case 2:
            gradientLine(
              taps: 2, from: tap, horizontal, inner, x: row, xPixel: xPixel, d: own,
              dPixel: dPixel, g: sums, gStride: gStride)
          case 3:
            gradientLine(
              taps: 3, from: tap, horizontal, inner, x: row, xPixel: xPixel, d: own,
              dPixel: dPixel, g: sums, gStride: gStride)
          case 4:
            gradientLine(
              taps: 4, from: tap, horizontal, inner, x: row, xPixel: xPixel, d: own,
              dPixel: dPixel, g: sums, gStride: gStride)
          default:
            gradientLine(
              taps: 5, from: tap, horizontal, inner, x: row, xPixel: xPixel, d: own,
              dPixel: dPixel, g: sums, gStride: gStride)
          }
          tap += taps
        }
        windowLine += 1
      }
    }
  }
}

/// Adds to a place's sum what it has of a pixel, if it is inside the map there.
@_transparent func addSide(
  _ sum: inout V, _ d: V, pixel: Int, place: Int, _ axis: DepthwiseAxis, _ x: UnsafePointer<Float>,
  _ xPixel: Int
) {
  let position = pixel * axis.step + axis.first + place * axis.dilation
  guard position >= 0 && position < axis.input else { return }
  sum = multiplyAdd(sum, d, load(x + position * xPixel))
}

/// Some places of a line of the window, side by side: two chains each over the pixels at which the whole window is inside, which
/// one alone would wait for, and then one over those at the sides. `taps` is a literal at every call.
@inline(__always) func gradientLine(
  taps: Int, from tap: Int, _ axis: DepthwiseAxis, _ inner: (first: Int, end: Int),
  x: UnsafePointer<Float>, xPixel: Int, d: UnsafePointer<Float>, dPixel: Int,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  var (s0, s1, s2, s3, s4) = (V.zero, V.zero, V.zero, V.zero, V.zero)
  var (t0, t1, t2, t3, t4) = (V.zero, V.zero, V.zero, V.zero, V.zero)
  let step = axis.step * xPixel
  let apart = axis.dilation * xPixel
  var a = x + (inner.first * axis.step + axis.first + tap * axis.dilation) * xPixel
  var b = d + inner.first * dPixel
  var left = inner.end - inner.first
  while left >= 2 {
    let (first, second) = (load(b), load(b + dPixel))
    let next = a + step
    s0 = multiplyAdd(s0, first, load(a))
    t0 = multiplyAdd(t0, second, load(next))
    if taps > 1 {
      s1 = multiplyAdd(s1, first, load(a + apart))
      t1 = multiplyAdd(t1, second, load(next + apart))
    }
    if taps > 2 {
      s2 = multiplyAdd(s2, first, load(a + 2 * apart))
      t2 = multiplyAdd(t2, second, load(next + 2 * apart))
    }
    if taps > 3 {
      s3 = multiplyAdd(s3, first, load(a + 3 * apart))
      t3 = multiplyAdd(t3, second, load(next + 3 * apart))
    }
    if taps > 4 {
      s4 = multiplyAdd(s4, first, load(a + 4 * apart))
      t4 = multiplyAdd(t4, second, load(next + 4 * apart))
    }
    a = next + step
    b += 2 * dPixel
    left -= 2
  }
  if left > 0 {
    let first = load(b)
    s0 = multiplyAdd(s0, first, load(a))
    if taps > 1 { s1 = multiplyAdd(s1, first, load(a + apart)) }
    if taps > 2 { s2 = multiplyAdd(s2, first, load(a + 2 * apart)) }
    if taps > 3 { s3 = multiplyAdd(s3, first, load(a + 3 * apart)) }
    if taps > 4 { s4 = multiplyAdd(s4, first, load(a + 4 * apart)) }
  }
  var (c0, c1, c2, c3, c4) = (s0 + t0, s1 + t1, s2 + t2, s3 + t3, s4 + t4)
  var pixel = 0
  while pixel < axis.output {
    if pixel == inner.first && inner.end > pixel {
      pixel = inner.end
      continue
    }
    let own = load(d + pixel * dPixel)
    addSide(&c0, own, pixel: pixel, place: tap, axis, x, xPixel)
    if taps > 1 { addSide(&c1, own, pixel: pixel, place: tap + 1, axis, x, xPixel) }
    if taps > 2 { addSide(&c2, own, pixel: pixel, place: tap + 2, axis, x, xPixel) }
    if taps > 3 { addSide(&c3, own, pixel: pixel, place: tap + 3, axis, x, xPixel) }
    if taps > 4 { addSide(&c4, own, pixel: pixel, place: tap + 4, axis, x, xPixel) }
    pixel += 1
  }
  store(load(g) + c0, g)
  if taps > 1 { store(load(g + gStride) + c1, g + gStride) }
  if taps > 2 { store(load(g + 2 * gStride) + c2, g + 2 * gStride) }
  if taps > 3 { store(load(g + 3 * gStride) + c3, g + 3 * gStride) }
  if taps > 4 { store(load(g + 4 * gStride) + c4, g + 4 * gStride) }
}

/// Three sums of a line of the window of three, for a pixel's gradient and the inputs under them.
@_transparent func multiplyAdd(_ sums: inout (V, V, V), _ d: V, _ a: V, _ b: V, _ c: V) {
  sums.0 = multiplyAdd(sums.0, d, a)
  sums.1 = multiplyAdd(sums.1, d, b)
  sums.2 = multiplyAdd(sums.2, d, c)
}

/// Whether windows of three places without gaps are wholly inside at all pixels but the first and the last, at each of which
/// at most one place is beside the map.
@inline(__always) func hasSquareSides(
  _ axis: DepthwiseAxis, _ inner: (first: Int, end: Int)
) -> Bool {
  guard axis.size == 3 && axis.step == 1 && axis.dilation == 1 && inner.end > inner.first else {
    return false
  }
  let last = places(axis, at: axis.output - 1)
  return (inner.first == 0 || inner.first == 1 && places(axis, at: 0).first == 1)
    && (inner.end == axis.output || inner.end == axis.output - 1 && last.end == 2)
}

/// All places of a window of three by three without gaps: each input is loaded once for each line of the window that it is
/// under. Chains go over the pixels at which the whole window is inside, then over the first one and the last.
@inline(__always) func gradientSquare(
  _ axis: DepthwiseAxis, _ inner: (first: Int, end: Int), x: UnsafePointer<Float>, xLine: Int,
  xPixel: Int, d: UnsafePointer<Float>, dPixel: Int, g: UnsafeMutablePointer<Float>, gStride: Int
) {
  var s0 = (V.zero, V.zero, V.zero)
  var s1 = (V.zero, V.zero, V.zero)
  var s2 = (V.zero, V.zero, V.zero)
  var p0 = x + (inner.first + axis.first) * xPixel
  var p1 = p0 + xLine
  var p2 = p1 + xLine
  var p = d + inner.first * dPixel
  var (a0, b0) = (load(p0), load(p0 + xPixel))
  var (a1, b1) = (load(p1), load(p1 + xPixel))
  var (a2, b2) = (load(p2), load(p2 + xPixel))
  var left = inner.end - inner.first
  while left > 0 {
    let own = load(p)
    let c0 = load(p0 + 2 * xPixel)
    let c1 = load(p1 + 2 * xPixel)
    let c2 = load(p2 + 2 * xPixel)
    multiplyAdd(&s0, own, a0, b0, c0)
    multiplyAdd(&s1, own, a1, b1, c1)
    multiplyAdd(&s2, own, a2, b2, c2)
    (a0, a1, a2) = (b0, b1, b2)
    (b0, b1, b2) = (c0, c1, c2)
    p0 += xPixel
    p1 += xPixel
    p2 += xPixel
    p += dPixel
    left -= 1
  }
  if inner.first == 1 {
    // The first pixel's window begins a place before the inputs at which those inside begin.
    let own = load(d)
    let q = x + (1 + axis.first) * xPixel
    addLeft(&s0, own, q, xPixel)
    addLeft(&s1, own, q + xLine, xPixel)
    addLeft(&s2, own, q + 2 * xLine, xPixel)
  }
  if inner.end < axis.output {
    let own = load(p)
    addRight(&s0, own, a0, b0)
    addRight(&s1, own, a1, b1)
    addRight(&s2, own, a2, b2)
  }
  addSums(s0, to: g, gStride)
  addSums(s1, to: g + 3 * gStride, gStride)
  addSums(s2, to: g + 6 * gStride, gStride)
}

/// What a pixel has whose window's first place is beside the map.
@_transparent func addLeft(
  _ sums: inout (V, V, V), _ d: V, _ x: UnsafePointer<Float>, _ xPixel: Int
) {
  sums.1 = multiplyAdd(sums.1, d, load(x))
  sums.2 = multiplyAdd(sums.2, d, load(x + xPixel))
}

/// What a pixel has whose window's last place is beside the map.
@_transparent func addRight(_ sums: inout (V, V, V), _ d: V, _ a: V, _ b: V) {
  sums.0 = multiplyAdd(sums.0, d, a)
  sums.1 = multiplyAdd(sums.1, d, b)
}

@_transparent func addSums(_ sums: (V, V, V), to g: UnsafeMutablePointer<Float>, _ gStride: Int) {
  store(load(g) + sums.0, g)
  store(load(g + gStride) + sums.1, g + gStride)
  store(load(g + 2 * gStride) + sums.2, g + 2 * gStride)
}
