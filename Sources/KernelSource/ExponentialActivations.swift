/// Activation functions made of exponentials over rows × columns, in place, and their derivatives from the
/// output y. Padding columns may be written.

/// y = scale·z where z > 0, and alpha·(eᶻ − 1) below: ELU with a scale of 1, SELU with one of its own.
public func eluForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int, scale: Float, alpha: Float
) {
  mapRows(rows: rows, columns: columns, y, yStride) { z in
    (exponentialMinusOne(z) * alpha).replacing(with: z * scale, where: z .> 0)
  }
}

/// alpha·eᶻ = y + alpha, for an alpha of at least 0, with which y has the sign of z.
public func eluBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int, scale: Float, alpha: Float
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride) { d, y in
    (d * (y + alpha)).replacing(with: d * scale, where: y .> 0)
  }
}

public func exponentialForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride) { exponential($0) }
}

public func exponentialBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride) { d, y in d * y }
}

/// y = ln(1 + eᶻ) = max(z, 0) + ln(1 + e^−|z|)
public func softplusForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride) { z in
    maximum(z, V.zero) + logarithmOfOnePlus(exponential(-magnitude(z)))
  }
}

/// 1 / (1 + e⁻ᶻ) = 1 − e⁻ʸ
public func softplusBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride) { d, y in
    d * -exponentialMinusOne(-y)
  }
}

/// y_j = z_j − ln Σ_k e^z_k
public func logSoftmaxForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  for row in 0..<rows {
    let p = y + row * yStride
    let largest = largestOfRow(p, columns)
    var total = V.zero
    for column in stride(from: 0, to: columns, by: lanes) {
      total += exponential(loadPadded(p, column, columns, -.infinity) - largest)
    }
    let logarithmOfSum = logarithm(V(repeating: sum(total)))
    for column in stride(from: 0, to: columns, by: lanes) {
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
    for column in stride(from: 0, to: columns, by: lanes) {
      total += loadPadded(p, column, columns, 0)
    }
    let sums = V(repeating: sum(total))
    for column in stride(from: 0, to: columns, by: lanes) {
      let softmax = exponential(loadPadded(q, column, columns, -.infinity))
      store(loadPadded(p, column, columns, 0) - softmax * sums, p + column)
    }
  }
}
