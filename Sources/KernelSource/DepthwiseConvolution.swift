/// Convolution of maps channel by channel, each with a window of its own: vectors lie along the channels.
///
/// Unlike in a whole convolution no zeros are put beside the map, because to copy it would take a good part of the time: at its
/// sides windows of the usual widths take a vector of zeros, others take fewer places, pixel by pixel. Every element is one chain
/// over the window's places, line by line, whatever its neighbours.

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

/// The operands of a tile: some pixels of an output line, a vector of their channels. Of the inputs that the windows of pixels
/// side by side meet, so many at either end are beside the map: fewer than half a window.
typealias DepthwiseOperands = (
  x: UnsafePointer<Float>, xPixel: Int, xLine: Int, xTap: Int,
  w: UnsafePointer<Float>, wLine: Int, wTap: Int, lines: Int, taps: Int,
  y: UnsafeMutablePointer<Float>, yPixel: Int, before: Int, after: Int
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
  // Pixels that are taken side by side: of windows in which each input is under several places, those whose window's middle is
  // inside the map; of others those whose whole window is.
  let isPlain = horizontal.step == 1 && horizontal.dilation == 1 && isUsual(horizontal.size)
  var outer = inside(horizontal)
  if isPlain {
    let middle = positions(horizontal, of: horizontal.size / 2)
    outer = (middle.first, middle.end > middle.first ? middle.end : middle.first)
  }
  let vectors = vectors(columns)
  for line in 0..<vertical.output {
    let lines = places(vertical, at: line)
    let top =
      x + (line * vertical.step + vertical.first + lines.first * vertical.dilation) * xLine
    var pixel = 0
    while pixel < horizontal.output {
      var taps = (first: 0, end: horizontal.size)
      var pixels = 1
      if pixel >= outer.first && pixel < outer.end {
        pixels = share(of: outer.end - pixel, most: 8)
      } else {
        taps = places(horizontal, at: pixel)
      }
      let start = pixel * horizontal.step + horizontal.first + taps.first * horizontal.dilation
      let count = taps.end > taps.first ? taps.end - taps.first : 0
      let beyond = isPlain ? start + pixels + count - 1 - horizontal.input : 0
      // All channels of some pixels before the next ones: in the order in which they lie in memory.
      for vector in 0..<vectors {
        let column = vector * lanes
        var end: DepthwiseEnd = (V.zero, rectify)
        if let bias { end.bias = load(bias + column) }
        depthwiseTile(
          pixels: pixels, isWide: isPlain && count > 3,
          of: (
            top + start * xPixel + column, horizontal.step * xPixel, vertical.dilation * xLine,
            horizontal.dilation * xPixel,
            w + lines.first * wLine + taps.first * wTap + column, wLine, wTap,
            lines.end > lines.first ? lines.end - lines.first : 0,
            count,
            y + line * yLine + pixel * yPixel + column, yPixel,
            start < 0 ? -start : 0, beyond > 0 ? beyond : 0
          ), end)
      }
      pixel += pixels
    }
  }
}

/// Widths of windows for which a tile loads each input once, for all places that it is under.
@inline(__always) func isUsual(_ size: Int) -> Bool { size == 3 || size == 5 || size == 7 }

/// The sums of a tile's pixels.
typealias DepthwiseSums = (V, V, V, V, V, V, V, V)

/// The weights of a line of the window.
typealias DepthwiseWeights = (V, V, V, V, V, V, V)

@_transparent func finish(_ sum: V, _ y: UnsafeMutablePointer<Float>, _ end: DepthwiseEnd) {
  let value = sum + end.bias
  store(end.rectifies ? maximum(value, V.zero) : value, y)
}

@_transparent func loadWeights(
  taps: Int, _ w: UnsafePointer<Float>, _ tap: Int
) -> DepthwiseWeights {
  (
    load(w), load(w + tap), load(w + 2 * tap),
    taps > 3 ? load(w + 3 * tap) : V.zero, taps > 3 ? load(w + 4 * tap) : V.zero,
    taps > 5 ? load(w + 5 * tap) : V.zero, taps > 5 ? load(w + 6 * tap) : V.zero
  )
}

@_transparent func weight(_ weights: DepthwiseWeights, of place: Int) -> V {
  switch place {
  case 0: weights.0
  case 1: weights.1
  case 2: weights.2
  case 3: weights.3
  case 4: weights.4
  case 5: weights.5
  default: weights.6
  }
}

/// Adds what an input of a line gives to each pixel whose window it is under; all numbers are literals at every call.
@_transparent func add(
  input number: Int, taps: Int, pixels: Int, of x: UnsafePointer<Float>, _ o: DepthwiseOperands,
  times w: DepthwiseWeights, to r: inout DepthwiseSums
) {
  guard number < pixels + taps - 1 else { return }
  let isBeside =
    number < taps / 2 && number < o.before
    || number >= pixels + taps / 2 && number >= pixels + taps - 1 - o.after
  let value = isBeside ? V.zero : load(x + number * o.xPixel)
  if number < taps { r.0 = multiplyAdd(r.0, value, weight(w, of: number)) }
  if pixels > 1 && number > 0 && number <= taps {
    r.1 = multiplyAdd(r.1, value, weight(w, of: number - 1))
  }
  if pixels > 2 && number > 1 && number <= taps + 1 {
    r.2 = multiplyAdd(r.2, value, weight(w, of: number - 2))
  }
  if pixels > 3 && number > 2 && number <= taps + 2 {
    r.3 = multiplyAdd(r.3, value, weight(w, of: number - 3))
  }
  if pixels > 4 && number > 3 && number <= taps + 3 {
    r.4 = multiplyAdd(r.4, value, weight(w, of: number - 4))
  }
  if pixels > 5 && number > 4 && number <= taps + 4 {
    r.5 = multiplyAdd(r.5, value, weight(w, of: number - 5))
  }
  if pixels > 6 && number > 5 && number <= taps + 5 {
    r.6 = multiplyAdd(r.6, value, weight(w, of: number - 6))
  }
  if pixels > 7 && number > 6 && number <= taps + 6 {
    r.7 = multiplyAdd(r.7, value, weight(w, of: number - 7))
  }
}

/// The sums of pixels side by side over the window, each input loaded once for all places that it is under; `taps` and `pixels`
/// are literals at every call.
@_transparent func sumPlain(
  taps: Int, pixels: Int, of o: DepthwiseOperands, to r: inout DepthwiseSums
) {
  for line in 0..<o.lines {
    let x = o.x + line * o.xLine
    let w = loadWeights(taps: taps, o.w + line * o.wLine, o.wTap)
    add(input: 0, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
    add(input: 1, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
    add(input: 2, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
    add(input: 3, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
    add(input: 4, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
    add(input: 5, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
    add(input: 6, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
    add(input: 7, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
    add(input: 8, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
    add(input: 9, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
    add(input: 10, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
    add(input: 11, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
    add(input: 12, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
    add(input: 13, taps: taps, pixels: pixels, of: x, o, times: w, to: &r)
  }
}

/// The same of windows of any width, stride and dilation, of which all places that are taken lie inside.
@_transparent func sumPlaces(pixels: Int, of o: DepthwiseOperands, to r: inout DepthwiseSums) {
  let step = o.xPixel
  for line in 0..<o.lines {
    for tap in 0..<o.taps {
      let x = o.x + line * o.xLine + tap * o.xTap
      let w = load(o.w + line * o.wLine + tap * o.wTap)
      r.0 = multiplyAdd(r.0, load(x), w)
      if pixels > 1 { r.1 = multiplyAdd(r.1, load(x + step), w) }
      if pixels > 2 { r.2 = multiplyAdd(r.2, load(x + 2 * step), w) }
      if pixels > 3 { r.3 = multiplyAdd(r.3, load(x + 3 * step), w) }
      if pixels > 4 { r.4 = multiplyAdd(r.4, load(x + 4 * step), w) }
      if pixels > 5 { r.5 = multiplyAdd(r.5, load(x + 5 * step), w) }
      if pixels > 6 { r.6 = multiplyAdd(r.6, load(x + 6 * step), w) }
      if pixels > 7 { r.7 = multiplyAdd(r.7, load(x + 7 * step), w) }
    }
  }
}

/// A tile of exactly so many pixels; `pixels` and `isWide` are literals at every call. Windows of five and seven places have
/// functions of their own: in one with all the others the loop over three places would have too few registers.
@_transparent func depthwiseTile(
  pixels: Int, isWide: Bool, _ o: DepthwiseOperands, _ end: DepthwiseEnd
) {
  var r: DepthwiseSums = (V.zero, V.zero, V.zero, V.zero, V.zero, V.zero, V.zero, V.zero)
  if isWide {
    // Of functions that have no use for one of their arguments the compiler would make others without it, as weak symbols.
    if o.taps == 5 && o.xTap == o.xPixel {
      sumPlain(taps: 5, pixels: pixels, of: o, to: &r)
    } else {
      sumPlain(taps: 7, pixels: pixels, of: o, to: &r)
    }
  } else if o.xTap == o.xPixel && o.taps == 3 {
    sumPlain(taps: 3, pixels: pixels, of: o, to: &r)
  } else {
    sumPlaces(pixels: pixels, of: o, to: &r)
  }
  finish(r.0, o.y, end)
  if pixels > 1 { finish(r.1, o.y + o.yPixel, end) }
  if pixels > 2 { finish(r.2, o.y + 2 * o.yPixel, end) }
  if pixels > 3 { finish(r.3, o.y + 3 * o.yPixel, end) }
  if pixels > 4 { finish(r.4, o.y + 4 * o.yPixel, end) }
  if pixels > 5 { finish(r.5, o.y + 5 * o.yPixel, end) }
  if pixels > 6 { finish(r.6, o.y + 6 * o.yPixel, end) }
  if pixels > 7 { finish(r.7, o.y + 7 * o.yPixel, end) }
}

// A function for each number of pixels, as with the other tiles.

@inline(never) func depthwiseTile2(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 2, isWide: false, o, end)
}

@inline(never) func depthwiseWideTile2(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 2, isWide: true, o, end)
}

@inline(never) func depthwiseTile3(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 3, isWide: false, o, end)
}

@inline(never) func depthwiseWideTile3(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 3, isWide: true, o, end)
}

@inline(never) func depthwiseTile4(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 4, isWide: false, o, end)
}

@inline(never) func depthwiseWideTile4(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 4, isWide: true, o, end)
}

@inline(never) func depthwiseTile5(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 5, isWide: false, o, end)
}

@inline(never) func depthwiseWideTile5(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 5, isWide: true, o, end)
}

@inline(never) func depthwiseTile6(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 6, isWide: false, o, end)
}

@inline(never) func depthwiseWideTile6(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 6, isWide: true, o, end)
}

@inline(never) func depthwiseTile7(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 7, isWide: false, o, end)
}

@inline(never) func depthwiseWideTile7(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 7, isWide: true, o, end)
}

@inline(never) func depthwiseTile8(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 8, isWide: false, o, end)
}

@inline(never) func depthwiseWideTile8(_ o: DepthwiseOperands, _ end: DepthwiseEnd) {
  depthwiseTile(pixels: 8, isWide: true, o, end)
}

/// A tile of up to eight pixels.
@inline(__always) func depthwiseTile(
  pixels: Int, isWide: Bool, of operands: DepthwiseOperands, _ end: DepthwiseEnd
) {
  switch pixels {
  case 1 where isWide: depthwiseTile(pixels: 1, isWide: true, operands, end)
  case 1: depthwiseTile(pixels: 1, isWide: false, operands, end)
  case 2 where isWide: depthwiseWideTile2(operands, end)
  case 2: depthwiseTile2(operands, end)
  case 3 where isWide: depthwiseWideTile3(operands, end)
  case 3: depthwiseTile3(operands, end)
  case 4 where isWide: depthwiseWideTile4(operands, end)
  case 4: depthwiseTile4(operands, end)
  case 5 where isWide: depthwiseWideTile5(operands, end)
  case 5: depthwiseTile5(operands, end)
  case 6 where isWide: depthwiseWideTile6(operands, end)
  case 6: depthwiseTile6(operands, end)
  case 7 where isWide: depthwiseWideTile7(operands, end)
  case 7: depthwiseTile7(operands, end)
  case _ where isWide: depthwiseWideTile8(operands, end)
  default: depthwiseTile8(operands, end)
  }
}
