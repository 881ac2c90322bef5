/// Convolution of maps, channels last, without copying windows (no im2col): of a line of the window, the inputs of all its
/// pixels lie one behind the other, so that a convolution is a product for each of the window's lines whose left rows overlap.
///
/// Lines of the window that fall on padding above or below the map are passed over; padding beside it is part of the memory
/// that is read. (0·w is left out there, which differs for infinite weights alone.)
///
/// (Passing over the padding beside a map as well, by a branch for each of a tile's outer rows, made windows of five 5 to 8 per cent
/// faster on Emerald Rapids and a residual network's steps on two cores 2 per cent slower.)

/// y = x ∗ w + bias for one map, then max(0, ·) where `rectify` is set.
///
/// Output pixel (o, p) reads input lines `o·lineStep + firstLine + k·lineDilation` for the window's lines k, of each
/// `windowPixels` pieces of `depth` floats that lie `aTap` apart, from `p·aPixel` on. `a` is at the first float that pixel 0
/// reads of input line 0. The weights are windowLines·windowPixels·depth rows × columns.
public func convolveMap(
  lines: Int, pixels: Int, columns: Int, windowLines: Int, windowPixels: Int, depth: Int,
  inputLines: Int, firstLine: Int, lineStep: Int, lineDilation: Int, a: UnsafePointer<Float>,
  aLine: Int, aPixel: Int, aTap: Int, b: UnsafePointer<Float>, bStride: Int,
  c: UnsafeMutablePointer<Float>, cLine: Int, cPixel: Int, bias: UnsafePointer<Float>?,
  rectify: Bool
) {
  let count = vectors(columns)
  let bOuter = windowPixels * depth * bStride
  var vector = 0
  while vector < count {
    let isWide = count - vector > 1
    let column = vector * lanes
    let end: ConvolutionEnd = (bias.map { $0 + column }, rectify, false)
    for line in 0..<lines {
      let start = line * lineStep + firstLine
      let (first, outer) = placesInside(
        windowLines, from: start, step: lineDilation, length: inputLines)
      let top = a + (start + first * lineDilation) * aLine
      var pixel = 0
      while pixel < pixels {
        let rows = share(of: pixels - pixel, most: convolutionRows(isWide: isWide))
        convolutionTile(
          rows: rows, isWide: isWide, sideBySide: false,
          tall: (
            top + pixel * aPixel, aPixel, 1, aTap, lineDilation * aLine,
            b + first * bOuter + column, bStride, depth * bStride, bOuter,
            outer, windowPixels, depth,
            c + line * cLine + pixel * cPixel + column, cPixel
          ), end)
        pixel += rows
      }
    }
    vector += 2
  }
}

/// The gradient of a convolution's weights for one map: g (+)= xᵀ ∗ d, where it `adds` to what is there; and of the bias, Σ d.
///
/// Sizes as in `convolveMap`. An element is one chain over the map's pixels, line by line.
public func convolutionGradientMap(
  lines: Int, pixels: Int, columns: Int, windowLines: Int, windowPixels: Int, depth: Int,
  inputLines: Int, firstLine: Int, lineStep: Int, lineDilation: Int, a: UnsafePointer<Float>,
  aLine: Int, aPixel: Int, aTap: Int, d: UnsafePointer<Float>, dLine: Int, dPixel: Int,
  g: UnsafeMutablePointer<Float>, gStride: Int, biasGradient: UnsafeMutablePointer<Float>?,
  adds: Bool
) {
  let count = vectors(columns)
  let end: ConvolutionEnd = (nil, false, adds)
  var vector = 0
  while vector < count {
    let isWide = count - vector > 1
    let column = vector * lanes
    for windowLine in 0..<windowLines {
      // The output lines for which this line of the window lies inside the map.
      let offset = firstLine + windowLine * lineDilation
      let (first, outer) = placesInside(lines, from: offset, step: lineStep, length: inputLines)
      let top = a + (first * lineStep + offset) * aLine
      for windowPixel in 0..<windowPixels {
        var row = 0
        while row < depth {
          let rows = share(of: depth - row, most: convolutionRows(isWide: isWide))
          let place = (windowLine * windowPixels + windowPixel) * depth + row
          convolutionTile(
            rows: rows, isWide: isWide, sideBySide: true,
            tall: (
              top + windowPixel * aTap + row, 1, aPixel, 0, lineStep * aLine,
              d + first * dLine + column, dPixel, 0, dLine, outer, 1,
              pixels, g + place * gStride + column, gStride
            ), end)
          row += rows
        }
      }
    }
    if let biasGradient {
      sumPixels(
        lines: lines, pixels: pixels, isWide: isWide, d: d + column, dLine: dLine, dPixel: dPixel,
        sum: biasGradient + column, adds: adds)
    }
    vector += 2
  }
}

/// Sums of one or two vectors over a map's pixels: every fourth in a chain of its own, which a single one would wait for.
@inline(__always) func sumPixels(
  lines: Int, pixels: Int, isWide: Bool, d: UnsafePointer<Float>, dLine: Int, dPixel: Int,
  sum: UnsafeMutablePointer<Float>, adds: Bool
) {
  for part in 0..<(isWide ? 2 : 1) {
    var (s0, s1, s2, s3) = (V.zero, V.zero, V.zero, V.zero)
    for line in 0..<lines {
      var p = d + line * dLine + part * lanes
      var left = pixels
      while left >= 4 {
        s0 += load(p)
        s1 += load(p + dPixel)
        s2 += load(p + 2 * dPixel)
        s3 += load(p + 3 * dPixel)
        p += 4 * dPixel
        left -= 4
      }
      while left > 0 {
        s0 += load(p)
        p += dPixel
        left -= 1
      }
    }
    let total = (s0 + s1) + (s2 + s3)
    let place = sum + part * lanes
    store(adds ? load(place) + total : total, place)
  }
}

/// Sums of a map's pixels, added to what is there where it `adds`.
public func sumMap(
  lines: Int, pixels: Int, columns: Int, d: UnsafePointer<Float>, dLine: Int, dPixel: Int,
  sum: UnsafeMutablePointer<Float>, adds: Bool
) {
  for vector in 0..<vectors(columns) {
    let column = vector * lanes
    sumPixels(
      lines: lines, pixels: pixels, isWide: false, d: d + column, dLine: dLine, dPixel: dPixel,
      sum: sum + column, adds: adds)
  }
}

/// Copies a map's lines with `before` and `after` pixels of zeros beside each, and no gaps between pixels.
///
/// Up to a vector behind the copy is written as well.
public func padMap(
  lines: Int, pixels: Int, channels: Int, before: Int, after: Int, x: UnsafePointer<Float>,
  xLine: Int, xPixel: Int, into y: UnsafeMutablePointer<Float>
) {
  let count = vectors(channels)
  let yLine = (before + pixels + after) * channels
  for line in 0..<lines {
    let start = y + line * yLine
    clear(start, before * channels)
    let inside = start + before * channels
    if xPixel == channels {
      copyFloats(x + line * xLine, pixels * channels, into: inside)
    } else {
      // What a pixel's last vector has too much is overwritten by the next pixel.
      for pixel in 0..<pixels {
        let (from, to) = (x + line * xLine + pixel * xPixel, inside + pixel * channels)
        for vector in 0..<count { store(load(from + vector * lanes), to + vector * lanes) }
      }
    }
    clear(inside + pixels * channels, after * channels)
  }
}

@inline(__always) func clear(_ p: UnsafeMutablePointer<Float>, _ count: Int) {
  for vector in 0..<vectors(count) { store(V.zero, p + vector * lanes) }
}

/// By whole vectors, as far as they go, and then one by one: what lies behind may be another row's.
@inline(__always) func copyFloats(
  _ source: UnsafePointer<Float>, _ count: Int, into destination: UnsafeMutablePointer<Float>
) {
  let whole = count / lanes
  for vector in 0..<whole { store(load(source + vector * lanes), destination + vector * lanes) }
  for index in whole * lanes..<count { destination[index] = source[index] }
}
