/// Activation functions made of exponentials over rows × columns, in place, and their derivatives from the
/// output y. Padding columns may be written.

/// y = scale·z where z > 0, and alpha·(eᶻ − 1) below: ELU with a scale of 1, SELU with one of its own.
public func eluForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int, scale: Float, alpha: Float
) {
  for row in 0..<rows {
    let p = y + row * yStride
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let z = load(p + column)
      store((exponentialMinusOne(z) * alpha).replacing(with: z * scale, where: z .> 0), p + column)
    }
  }
}

/// alpha·eᶻ = y + alpha, for an alpha of at least 0, with which y has the sign of z.
public func eluBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int, scale: Float, alpha: Float
) {
  for row in 0..<rows {
    let p = d + row * dStride
    let q = y + row * yStride
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let d = load(p + column)
      let y = load(q + column)
      store((d * (y + alpha)).replacing(with: d * scale, where: y .> 0), p + column)
    }
  }
}

public func exponentialForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride, exponential)
}

@inline(__always) func exponentialGradient(_ d: V, _ y: V) -> V { d * y }

public func exponentialBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride, exponentialGradient)
}

/// y = ln(1 + eᶻ) = max(z, 0) + ln(1 + e^−|z|)
@inline(__always) func softplusValue(_ z: V) -> V {
  maximum(z, V.zero) + logarithmOfOnePlus(exponential(-magnitude(z)))
}

public func softplusForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride, softplusValue)
}

/// 1 / (1 + e⁻ᶻ) = 1 − e⁻ʸ
@inline(__always) func softplusGradient(_ d: V, _ y: V) -> V { d * -exponentialMinusOne(-y) }

public func softplusBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride, softplusGradient)
}

/// y_j = z_j − ln Σ_k e^z_k
public func logSoftmaxForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  for row in 0..<rows {
    let p = y + row * yStride
    let largest = largestOfRow(p, columns)
    var total = V.zero
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      total += exponential(loadPadded(p, column, columns, -.infinity) - largest)
    }
    let logarithmOfSum = logarithm(V(repeating: sum(total)))
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      store(load(p + column) - largest - logarithmOfSum, p + column)
    }
  }
}

/// d_j − e^y_j Σ_k d_k; zero in the padding.
public func logSoftmaxBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int
) {
  for row in 0..<rows {
    let p = d + row * dStride
    let q = y + row * yStride
    var total = V.zero
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      total += loadPadded(p, column, columns, 0)
    }
    let sums = V(repeating: sum(total))
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let softmax = exponential(loadPadded(q, column, columns, -.infinity))
      store(loadPadded(p, column, columns, 0) - softmax * sums, p + column)
    }
  }
}
