/// Piecewise activation functions over rows × columns, in place, and their derivatives from the output y.
/// Padding columns may be written.

/// y = z where z > 0, and slope·z below.
public func leakyForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int, slope: Float
) {
  for row in 0..<rows {
    let p = y + row * yStride
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let z = load(p + column)
      store((z * slope).replacing(with: z, where: z .> 0), p + column)
    }
  }
}

/// For slopes of at least 0, with which y has the sign of z.
public func leakyBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int, slope: Float
) {
  for row in 0..<rows {
    let p = d + row * dStride
    let q = y + row * yStride
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let d = load(p + column)
      let y = load(q + column)
      store((d * slope).replacing(with: d, where: y .> 0), p + column)
    }
  }
}

/// y = scale·z + offset, kept between low and high.
public func clipForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int, scale: Float,
  offset: Float, low: Float, high: Float
) {
  let offsets = V(repeating: offset)
  let scales = V(repeating: scale)
  for row in 0..<rows {
    let p = y + row * yStride
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let z = load(p + column)
      store(
        minimum(
          maximum(multiplyAdd(offsets, z, scales), V(repeating: low)), V(repeating: high)),
        p + column)
    }
  }
}

public func clipBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int, scale: Float, low: Float, high: Float
) {
  for row in 0..<rows {
    let p = d + row * dStride
    let q = y + row * yStride
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let d = load(p + column)
      let y = load(q + column)
      store(
        (d * scale).replacing(with: V.zero, where: y .<= low)
          .replacing(with: V.zero, where: y .>= high), p + column)
    }
  }
}

/// y = z / (1 + |z|)
@inline(__always) func softsignValue(_ z: V) -> V { z / (1 + magnitude(z)) }

public func softsignForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride, softsignValue)
}

/// 1 / (1 + |z|)² = (1 − |y|)²
@inline(__always) func softsignGradient(_ d: V, _ y: V) -> V {
  let rest = 1 - magnitude(y)
  return d * (rest * rest)
}

public func softsignBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride, softsignGradient)
}
