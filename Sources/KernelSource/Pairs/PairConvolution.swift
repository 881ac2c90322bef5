/// y = x ∗ w + bias for one map, then max(0, ·) where `rectify` is set, of operands rounded to bfloat16 and sums in single
/// precision.
///
/// Sizes as in `convolveMap`. `a` is a map of bfloat16 numbers, at the first of those that pixel 0 reads of input line 0, and
/// distances in it are in such numbers; `b` has the weights as words of pairs of rows, `depth`, which is even, in each of the
/// window's pieces. An element is one chain over the window.
public func pairConvolution(
  lines: Int, pixels: Int, columns: Int, windowLines: Int, windowPixels: Int, depth: Int,
  inputLines: Int, firstLine: Int, lineStep: Int, lineDilation: Int, a: UnsafeRawPointer,
  aLine: Int, aPixel: Int, aTap: Int, b: UnsafePointer<UInt32>, bStride: Int,
  c: UnsafeMutablePointer<Float>, cLine: Int, cPixel: Int, bias: UnsafePointer<Float>?,
  rectify: Bool
) {
  let count = vectors(columns)
  let pairs = depth >> 1
  let bInner = pairs * bStride
  let bOuter = windowPixels * bInner
  let (bytes, tapBytes, lineBytes) = (2 * aPixel, 2 * aTap, 2 * lineDilation * aLine)
  var vector = 0
  while vector < count {
    let width = share(of: count - vector, most: pairTileVectors)
    let column = vector * lanes
    let end: PairEnd = (bias.map { $0 + column }, rectify, false)
    for line in 0..<lines {
      let start = line * lineStep + firstLine
      let (first, outer) = placesInside(
        windowLines, from: start, step: lineDilation, length: inputLines)
      let top = a + 2 * (start + first * lineDilation) * aLine
      let weights = b + first * bOuter + column
      let out = c + line * cLine + column
      var pixel = 0
      while pixel < pixels {
        let rows = share(of: pixels - pixel, most: pairTileRows)
        let operands: PairOperands = (
          top + bytes * pixel, bytes, 4, tapBytes, lineBytes, weights, bStride, bInner, bOuter,
          outer, windowPixels, pairs, out + pixel * cPixel, cPixel
        )
        pairTile(rows: rows, width: width, operands, end)
        pixel += rows
      }
    }
    vector += width
  }
}

/// The gradient of a convolution's weights for one map, of operands rounded to bfloat16: g (+)= xᵀ ∗ d, where it `adds` to what
/// is there.
///
/// Sizes as in `convolutionGradientMap`. `a` has for each pixel words of it and of what the next output pixel reads in its
/// place; `d` has words of the pairs of a line's output pixels, the last one's with zeros where their number is odd. An element is
/// one chain over the map's pixels, line by line.
public func pairConvolutionGradient(
  lines: Int, pixels: Int, columns: Int, windowLines: Int, windowPixels: Int, depth: Int,
  inputLines: Int, firstLine: Int, lineStep: Int, lineDilation: Int, a: UnsafePointer<UInt32>,
  aLine: Int, aPixel: Int, aTap: Int, d: UnsafePointer<UInt32>, dLine: Int, dPair: Int,
  g: UnsafeMutablePointer<Float>, gStride: Int, adds: Bool
) {
  let count = vectors(columns)
  let end: PairEnd = (nil, false, adds)
  let (pairs, lineBytes) = ((pixels + 1) >> 1, 4 * lineStep * aLine)
  var vector = 0
  while vector < count {
    let width = share(of: count - vector, most: pairTileVectors)
    let column = vector * lanes
    for windowLine in 0..<windowLines {
      // The output lines for which this line of the window lies inside the map.
      let offset = firstLine + windowLine * lineDilation
      let (first, outer) = placesInside(lines, from: offset, step: lineStep, length: inputLines)
      let gradients = d + first * dLine + column
      let top = a + (first * lineStep + offset) * aLine
      for windowPixel in 0..<windowPixels {
        let out = g + (windowLine * windowPixels + windowPixel) * depth * gStride + column
        var row = 0
        while row < depth {
          let rows = share(of: depth - row, most: pairTileRows)
          let operands: PairOperands = (
            UnsafeRawPointer(top + windowPixel * aTap + row), 4, 8 * aPixel, 0, lineBytes,
            gradients, dPair, 0, dLine, outer, 1, pairs, out + row * gStride, gStride
          )
          pairTile(rows: rows, width: width, operands, end)
          row += rows
        }
      }
    }
    vector += width
  }
}
