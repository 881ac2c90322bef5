/// Convolution of maps channel by channel, each with a window of its own: vectors lie along the channels.
///
/// Unlike in a whole convolution no zeros are put beside the map, because to copy it would take a good part of the time: at its
/// sides windows take fewer places, pixel by pixel, or, three places wide, a vector of zeros. Every element is one chain over the
/// window's places, line by line, whatever its neighbours.

/// How a window goes over a map along one axis: output position o meets the input positions `o·step + first + k·dilation` that
/// lie inside, for its places k.
public typealias DepthwiseAxis = (
  output: Int, input: Int, size: Int, first: Int, step: Int, dilation: Int
)

/// The places of the window at an output position that lie inside the map.
@inline(__always) func places(_ axis: DepthwiseAxis, at output: Int) -> (first: Int, end: Int) {
  let start = output * axis.step + axis.first
  let first = start < 0 ? divideUp(-start, axis.dilation) : 0
  let end = start < axis.input ? divideUp(axis.input - start, axis.dilation) : 0
  return (first, end < axis.size ? end : axis.size)
}

/// The output positions at which a place of the window lies inside the map.
@inline(__always) func positions(_ axis: DepthwiseAxis, of place: Int) -> (first: Int, end: Int) {
  let offset = axis.first + place * axis.dilation
  let first = offset < 0 ? divideUp(-offset, axis.step) : 0
  let end = offset < axis.input ? divideUp(axis.input - offset, axis.step) : 0
  return (
    first < axis.output ? first : axis.output, end < axis.output ? end : axis.output
  )
}

/// The output positions at which all places lie inside; an empty run where there are none.
@inline(__always) func inside(_ axis: DepthwiseAxis) -> (first: Int, end: Int) {
  guard axis.size > 0 else { return (0, axis.output) }
  let first = positions(axis, of: 0).first
  let end = positions(axis, of: axis.size - 1).end
  return (first, end > first ? end : first)
}

// MARK: - Output

/// The operands of a tile: some pixels of an output line, a vector of their channels. Of a window of three places side by side, the
/// first place of the first pixel may be beside the map, and the last one of the last.
typealias DepthwiseOperands = (
  x: UnsafePointer<Float>, xPixel: Int, xLine: Int, xTap: Int,
  w: UnsafePointer<Float>, wLine: Int, wTap: Int, lines: Int, taps: Int,
  y: UnsafeMutablePointer<Float>, yPixel: Int, isLeft: Bool, isRight: Bool
)

/// What is done to a tile's sums before they are stored.
typealias DepthwiseEnd = (bias: V, rectifies: Bool)

/// y = x ∗ w + bias for one map, then max(0, ·) where `rectify` is set.
///
/// `x` and `w` are at the map's first pixel and the window's first place; the weights of the next place lie `wTap` further on,
/// those of the window's next line `wLine`, which may both be negative.
public func depthwiseMap(
  columns: Int, vertical: DepthwiseAxis, horizontal: DepthwiseAxis, x: UnsafePointer<Float>,
  xLine: Int, xPixel: Int, w: UnsafePointer<Float>, wLine: Int, wTap: Int,
  y: UnsafeMutablePointer<Float>, yLine: Int, yPixel: Int, bias: UnsafePointer<Float>?,
  rectify: Bool
) {
  let inner = inside(horizontal)
  // Where the window is of three places side by side, pixels go with those inside whose window has one place beside the map.
  var outer = inner
  if horizontal.size == 3 && horizontal.step == 1 && horizontal.dilation == 1
    && inner.end > inner.first
  {
    if inner.first == 1 && horizontal.first == -1 { outer.first = 0 }
    if inner.end == horizontal.output - 1
      && places(horizontal, at: horizontal.output - 1).end == 2
    {
      outer.end = horizontal.output
    }
  }
  let count = vectors(columns)
  for line in 0..<vertical.output {
    let lines = places(vertical, at: line)
    let top =
      x + (line * vertical.step + vertical.first + lines.first * vertical.dilation) * xLine
    var pixel = 0
    while pixel < horizontal.output {
      // Side by side where the whole window is inside, one by one elsewhere.
      var taps = (first: 0, end: horizontal.size)
      var pixels = 1
      if pixel >= outer.first && pixel < outer.end {
        pixels = share(of: outer.end - pixel, most: 8)
      } else {
        taps = places(horizontal, at: pixel)
      }
      let isLeft = pixel == outer.first && outer.first < inner.first
      let isRight = pixel + pixels == outer.end && outer.end > inner.end
      let start = pixel * horizontal.step + horizontal.first + taps.first * horizontal.dilation
      // All channels of some pixels before the next ones: in the order in which they lie in memory.
      for vector in 0..<count {
        let column = vector * lanes
        var end: DepthwiseEnd = (V.zero, rectify)
        if let bias { end.bias = load(bias + column) }
        depthwiseTile(
          pixels: pixels,
          (
            top + start * xPixel + column, horizontal.step * xPixel, vertical.dilation * xLine,
            horizontal.dilation * xPixel,
            w + lines.first * wLine + taps.first * wTap + column, wLine, wTap,
            lines.end > lines.first ? lines.end - lines.first : 0,
            taps.end > taps.first ? taps.end - taps.first : 0,
            y + line * yLine + pixel * yPixel + column, yPixel, isLeft, isRight
          ), end)
      }
      pixel += pixels
    }
  }
}

/// Three inputs side by side times the weights of a window's line.
@_transparent func multiplyAdd(_ sum: inout V, _ w: (V, V, V), _ a: V, _ b: V, _ c: V) {
  sum = multiplyAdd(multiplyAdd(multiplyAdd(sum, a, w.0), b, w.1), c, w.2)
}

@_transparent func finish(_ sum: V, _ y: UnsafeMutablePointer<Float>, _ end: DepthwiseEnd) {
  let value = sum + end.bias
  store(end.rectifies ? maximum(value, V.zero) : value, y)
}

/// An input that may be beside the map.
@_transparent func load(_ x: UnsafePointer<Float>, isBeside: Bool) -> V {
  isBeside ? V.zero : load(x)
}

/// A tile of exactly so many pixels; `pixels` is a literal at every call.
@_transparent func depthwiseTile(pixels: Int, of o: DepthwiseOperands, _ end: DepthwiseEnd) {
  var r0 = V.zero
  var r1 = V.zero
  var r2 = V.zero
  var r3 = V.zero
  var r4 = V.zero
  var r5 = V.zero
  var r6 = V.zero
  var r7 = V.zero
  let step = o.xPixel
  if o.taps == 3 && o.xTap == step {
    // Each input is loaded once for the three outputs that it is part of.
    for line in 0..<o.lines {
      let x = o.x + line * o.xLine
      let w = o.w + line * o.wLine
      let weights = (load(w), load(w + o.wTap), load(w + 2 * o.wTap))
      let a0 = load(x, isBeside: o.isLeft)
      let a1 = load(x + step)
      let a2 = load(x + 2 * step, isBeside: pixels == 1 && o.isRight)
      multiplyAdd(&r0, weights, a0, a1, a2)
      if pixels == 1 { continue }
      let a3 = load(x + 3 * step, isBeside: pixels == 2 && o.isRight)
      multiplyAdd(&r1, weights, a1, a2, a3)
      if pixels == 2 { continue }
      let a4 = load(x + 4 * step, isBeside: pixels == 3 && o.isRight)
      multiplyAdd(&r2, weights, a2, a3, a4)
      if pixels == 3 { continue }
      let a5 = load(x + 5 * step, isBeside: pixels == 4 && o.isRight)
      multiplyAdd(&r3, weights, a3, a4, a5)
      if pixels == 4 { continue }
      let a6 = load(x + 6 * step, isBeside: pixels == 5 && o.isRight)
      multiplyAdd(&r4, weights, a4, a5, a6)
      if pixels == 5 { continue }
      let a7 = load(x + 7 * step, isBeside: pixels == 6 && o.isRight)
      multiplyAdd(&r5, weights, a5, a6, a7)
      if pixels == 6 { continue }
      let a8 = load(x + 8 * step, isBeside: pixels == 7 && o.isRight)
      multiplyAdd(&r6, weights, a6, a7, a8)
      if pixels == 7 { continue }
      let a9 = load(x + 9 * step, isBeside: pixels == 8 && o.isRight)
      multiplyAdd(&r7, weights, a7, a8, a9)
    }
  } else {
    for line in 0..<o.lines {
      for tap in 0..<o.taps {
        let x = o.x + line * o.xLine + tap * o.xTap
        let w = load(o.w + line * o.wLine + tap * o.wTap)
        r0 = multiplyAdd(r0, load(x), w)
        if pixels > 1 { r1 = multiplyAdd(r1, load(x + step), w) }
        if pixels > 2 { r2 = multiplyAdd(r2, load(x + 2 * step), w) }
        if pixels > 3 { r3 = multiplyAdd(r3, load(x + 3 * step), w) }
        if pixels > 4 { r4 = multiplyAdd(r4, load(x + 4 * step), w) }
        if pixels > 5 { r5 = multiplyAdd(r5, load(x + 5 * step), w) }
        if pixels > 6 { r6 = multiplyAdd(r6, load(x + 6 * step), w) }
        if pixels > 7 { r7 = multiplyAdd(r7, load(x + 7 * step), w) }
      }
    }
  }
  finish(r0, o.y, end)
  if pixels > 1 { finish(r1, o.y + o.yPixel, end) }
  if pixels > 2 { finish(r2, o.y + 2 * o.yPixel, end) }
  if pixels > 3 { finish(r3, o.y + 3 * o.yPixel, end) }
  if pixels > 4 { finish(r4, o.y + 4 * o.yPixel, end) }
  if pixels > 5 { finish(r5, o.y + 5 * o.yPixel, end) }
  if pixels > 6 { finish(r6, o.y + 6 * o.yPixel, end) }
  if pixels > 7 { finish(r7, o.y + 7 * o.yPixel, end) }
}

// A function for each number of pixels, as with the other tiles.

@inline(never) func depthwiseTile2(_ operands: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 2, of: operands, end)
}

@inline(never) func depthwiseTile3(_ operands: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 3, of: operands, end)
}

@inline(never) func depthwiseTile4(_ operands: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 4, of: operands, end)
}

@inline(never) func depthwiseTile5(_ operands: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 5, of: operands, end)
}

@inline(never) func depthwiseTile6(_ operands: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 6, of: operands, end)
}

@inline(never) func depthwiseTile7(_ operands: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 7, of: operands, end)
}

@inline(never) func depthwiseTile8(_ operands: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 8, of: operands, end)
}

/// A tile of up to eight pixels.
@inline(__always) func depthwiseTile(
  pixels: Int, _ operands: DepthwiseOperands, _ end: DepthwiseEnd
) {
  switch pixels {
  case 1: depthwiseTile(pixels: 1, of: operands, end)
  case 2: depthwiseTile2(operands, end)
  case 3: depthwiseTile3(operands, end)
  case 4: depthwiseTile4(operands, end)
  case 5: depthwiseTile5(operands, end)
  case 6: depthwiseTile6(operands, end)
  case 7: depthwiseTile7(operands, end)
  default: depthwiseTile8(operands, end)
  }
}
