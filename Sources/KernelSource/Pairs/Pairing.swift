/// Matrices as pairs of bfloat16 numbers, each number rounded to the nearest, to even ones in the middle.

/// Pairs of rows: row p of the result has words of rows 2p and 2p + 1 of each run of `depth` rows, and of an odd run's last row
/// words with zeros. A run takes ⌈depth/2⌉ rows of the result; the last may be shorter.
public func pairRows(
  rows: Int, columns: Int, depth: Int, x: UnsafePointer<Float>, xStride: Int,
  into y: UnsafeMutablePointer<UInt32>, yStride: Int
) {
  let count = vectors(columns)
  var (y, row, inRun) = (y, 0, 0)
  while row < rows {
    let p = x + row * xStride
    let hasPartner = row + 1 < rows && inRun + 1 < depth
    if hasPartner {
      for vector in 0..<count {
        let q = p + vector * lanes
        store(pairs(load(q), load(q + xStride)), y + vector * lanes)
      }
    } else {
      for vector in 0..<count { store(pairs(load(p + vector * lanes), V.zero), y + vector * lanes) }
    }
    y += yStride
    row += hasPartner ? 2 : 1
    inRun += 2
    if inRun >= depth { inRun = 0 }
  }
}

/// So many numbers, one behind the other, as bfloat16: word w has the numbers 2w and 2w + 1. Of the result whole vectors are
/// written, with zeros behind the last.
@inline(__always) func pairRun(
  _ count: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutableRawPointer
) {
  var (x, y, left) = (x, y, count)
  while left >= 2 * lanes {
    y.storeBytes(of: neighbours(load(x), load(x + lanes)), as: VU.self)
    x += 2 * lanes
    y += 4 * lanes
    left -= 2 * lanes
  }
  guard left > 0 else { return }
  let first = left < lanes ? loadPart(x, left) : load(x)
  let second = left > lanes ? loadPart(x + lanes, left - lanes) : V.zero
  y.storeBytes(of: neighbours(first, second), as: VU.self)
}

/// A map's lines as bfloat16, with `before` and `after` pixels of zeros beside each. Of each group of channels a pixel has an even
/// number, the last a zero where it is one of its own, and there are no gaps between pixels. Up to a vector behind the copy is
/// written as well.
public func roundMap(
  lines: Int, pixels: Int, channels: Int, groups: Int, before: Int, after: Int,
  x: UnsafePointer<Float>, xLine: Int, xPixel: Int, into y: UnsafeMutableRawPointer
) {
  var y = y
  let group = (channels + 1) & ~1
  let pixelBytes = 2 * groups * group
  for line in 0..<lines {
    let start = x + line * xLine
    clearWords(y, before * pixelBytes)
    y += before * pixelBytes
    if xPixel == groups * group {
      pairRun(pixels * xPixel, start, into: y)
    } else {
      // What a group's last vector has too much is overwritten by the next one.
      for pixel in 0..<pixels {
        for number in 0..<groups {
          pairRun(
            channels, start + pixel * xPixel + number * channels,
            into: y + pixel * pixelBytes + 2 * number * group)
        }
      }
    }
    y += pixels * pixelBytes
    clearWords(y, after * pixelBytes)
    y += after * pixelBytes
  }
}

@inline(__always) func clearWords(_ p: UnsafeMutableRawPointer, _ bytes: Int) {
  var byte = 0
  while byte < bytes {
    p.storeBytes(of: 0, toByteOffset: byte, as: UInt32.self)
    byte += 4
  }
}

/// Neighbours among pixels: word c of pixel p of a line has channel c of pixels p and p + `step`, or of a pixel less than `step`
/// before the line's end words with zeros.
public func pairPixels(
  lines: Int, pixels: Int, channels: Int, step: Int, x: UnsafePointer<Float>, xLine: Int,
  xPixel: Int, into y: UnsafeMutablePointer<UInt32>, yLine: Int, yPixel: Int, every: Int
) {
  let count = vectors(channels)
  for line in 0..<lines {
    let start = x + line * xLine
    var to = y + line * yLine
    var pixel = 0
    while pixel < pixels {
      let p = start + pixel * xPixel
      if pixel + step < pixels {
        let q = p + step * xPixel
        for vector in 0..<count {
          store(pairs(load(p + vector * lanes), load(q + vector * lanes)), to + vector * lanes)
        }
      } else {
        for vector in 0..<count {
          store(pairs(load(p + vector * lanes), V.zero), to + vector * lanes)
        }
      }
      to += yPixel
      pixel += every
    }
  }
}

@inline(__always) func store(_ value: VU, _ pointer: UnsafeMutablePointer<UInt32>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: VU.self)
}
