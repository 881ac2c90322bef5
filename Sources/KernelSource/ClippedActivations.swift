/// Piecewise activation functions over rows × columns, in place, and their derivatives from the output y.
/// Padding columns may be written.

/// y = z where z > 0, and slope·z below.
public func leakyForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int, slope: Float
) {
  mapRows(rows: rows, columns: columns, y, yStride) { z in
    (z * slope).replacing(with: z, where: z .> 0)
  }
}

/// For slopes of at least 0, with which y has the sign of z.
public func leakyBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int, slope: Float
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride) { d, y in
    (d * slope).replacing(with: d, where: y .> 0)
  }
}

/// y = scale·z + offset, kept between low and high.
public func clipForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int, scale: Float,
  offset: Float, low: Float, high: Float
) {
  let offsets = V(repeating: offset)
  let scales = V(repeating: scale)
  mapRows(rows: rows, columns: columns, y, yStride) { z in
    minimum(
      maximum(multiplyAdd(offsets, z, scales), V(repeating: low)), V(repeating: high))
  }
}

public func clipBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int, scale: Float, low: Float, high: Float
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride) { d, y in
    (d * scale).replacing(with: V.zero, where: y .<= low)
      .replacing(with: V.zero, where: y .>= high)
  }
}

/// y = z / (1 + |z|)
public func softsignForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride) { z in z / (1 + magnitude(z)) }
}

/// 1 / (1 + |z|)² = (1 − |y|)²
public func softsignBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride) { d, y in
    let rest = 1 - magnitude(y)
    return d * (rest * rest)
  }
}
