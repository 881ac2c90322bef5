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
  let isSquare =
    vertical.size == 3 && horizontal.size == 3 && horizontal.step == 1 && horizontal.dilation == 1
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
          let taps = share(of: horizontal.size - tap, most: 4)
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
          default:
            gradientLine(
              taps: 4, from: tap, horizontal, inner, x: row, xPixel: xPixel, d: own,
              dPixel: dPixel, g: sums, gStride: gStride)
          }
          tap += taps
        }
        windowLine += 1
      }
    }
  }
}

/// Adds a chain to the sum of a place: what it has from the pixels at which the whole window is inside, and from here on those
/// at the sides.
@_transparent func addChain(
  _ chain: V, of place: Int, _ axis: DepthwiseAxis, _ inner: (first: Int, end: Int),
  x: UnsafePointer<Float>, xPixel: Int, d: UnsafePointer<Float>, dPixel: Int,
  to g: UnsafeMutablePointer<Float>
) {
  var sum = chain
  let own = positions(axis, of: place)
  let offset = axis.first + place * axis.dilation
  var pixel = own.first
  while pixel < own.end {
    if pixel == inner.first && inner.end > pixel {
      pixel = inner.end
      continue
    }
    sum = multiplyAdd(
      sum, load(d + pixel * dPixel), load(x + (pixel * axis.step + offset) * xPixel))
    pixel += 1
  }
  store(load(g) + sum, g)
}

/// Some places of a line of the window, side by side: two chains each, which one alone would wait for. `taps` is a literal at
/// every call.
@inline(__always) func gradientLine(
  taps: Int, from tap: Int, _ axis: DepthwiseAxis, _ inner: (first: Int, end: Int),
  x: UnsafePointer<Float>, xPixel: Int, d: UnsafePointer<Float>, dPixel: Int,
  g: UnsafeMutablePointer<Float>, gStride: Int
) {
  var (s0, s1, s2, s3) = (V.zero, V.zero, V.zero, V.zero)
  var (t0, t1, t2, t3) = (V.zero, V.zero, V.zero, V.zero)
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
  }
  addChain(s0 + t0, of: tap, axis, inner, x: x, xPixel: xPixel, d: d, dPixel: dPixel, to: g)
  if taps > 1 {
    addChain(
      s1 + t1, of: tap + 1, axis, inner, x: x, xPixel: xPixel, d: d, dPixel: dPixel,
      to: g + gStride)
  }
  if taps > 2 {
    addChain(
      s2 + t2, of: tap + 2, axis, inner, x: x, xPixel: xPixel, d: d, dPixel: dPixel,
      to: g + 2 * gStride)
  }
  if taps > 3 {
    addChain(
      s3 + t3, of: tap + 3, axis, inner, x: x, xPixel: xPixel, d: d, dPixel: dPixel,
      to: g + 3 * gStride)
  }
}

/// Three sums of a line of the window of three, for a pixel's gradient and the inputs under them.
@_transparent func multiplyAdd(_ sums: inout (V, V, V), _ d: V, _ a: V, _ b: V, _ c: V) {
  sums.0 = multiplyAdd(sums.0, d, a)
  sums.1 = multiplyAdd(sums.1, d, b)
  sums.2 = multiplyAdd(sums.2, d, c)
}

/// All places of a window of three by three without gaps: each input is loaded once for each line of the window that it is
/// under.
@inline(__always) func gradientSquare(
  _ axis: DepthwiseAxis, _ inner: (first: Int, end: Int), x: UnsafePointer<Float>, xLine: Int,
  xPixel: Int, d: UnsafePointer<Float>, dPixel: Int, g: UnsafeMutablePointer<Float>, gStride: Int
) {
  var s0 = (V.zero, V.zero, V.zero)
  var s1 = (V.zero, V.zero, V.zero)
  var s2 = (V.zero, V.zero, V.zero)
  var left = inner.end - inner.first
  if left > 0 {
    var p0 = x + (inner.first + axis.first) * xPixel
    var p1 = p0 + xLine
    var p2 = p1 + xLine
    var p = d + inner.first * dPixel
    var (a0, b0) = (load(p0), load(p0 + xPixel))
    var (a1, b1) = (load(p1), load(p1 + xPixel))
    var (a2, b2) = (load(p2), load(p2 + xPixel))
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
  }
  addChains(s0, axis, inner, x: x, xPixel: xPixel, d: d, dPixel: dPixel, to: g, gStride: gStride)
  addChains(
    s1, axis, inner, x: x + xLine, xPixel: xPixel, d: d, dPixel: dPixel, to: g + 3 * gStride,
    gStride: gStride)
  addChains(
    s2, axis, inner, x: x + 2 * xLine, xPixel: xPixel, d: d, dPixel: dPixel,
    to: g + 6 * gStride, gStride: gStride)
}

@_transparent func addChains(
  _ chains: (V, V, V), _ axis: DepthwiseAxis, _ inner: (first: Int, end: Int),
  x: UnsafePointer<Float>, xPixel: Int, d: UnsafePointer<Float>, dPixel: Int,
  to g: UnsafeMutablePointer<Float>, gStride: Int
) {
  addChain(chains.0, of: 0, axis, inner, x: x, xPixel: xPixel, d: d, dPixel: dPixel, to: g)
  addChain(
    chains.1, of: 1, axis, inner, x: x, xPixel: xPixel, d: d, dPixel: dPixel, to: g + gStride)
  addChain(
    chains.2, of: 2, axis, inner, x: x, xPixel: xPixel, d: d, dPixel: dPixel,
    to: g + 2 * gStride)
}
