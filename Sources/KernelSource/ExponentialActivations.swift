/// Activation functions made of exponentials over rows × columns, in place, and their derivatives from the
/// output y. Padding columns may be written.

/// y = scale·z where z > 0, and alpha·(eᶻ − 1) below: ELU with a scale of 1, SELU with one of its own.
public func eluForward(_ y: Output, scale: Float, alpha: Float) {
  @inline(__always) func value(_ z: V) -> V {
    (exponentialMinusOne(z) * alpha).replacing(with: z * scale, where: z .> 0)
  }
  mapRows(y, value)
}

/// alpha·eᶻ = y + alpha, for an alpha of at least 0, with which y has the sign of z.
public func eluBackward(_ d: Output, _ y: Input, scale: Float, alpha: Float) {
  @inline(__always) func gradient(_ d: V, _ y: V) -> V {
    (d * (y + alpha)).replacing(with: d * scale, where: y .> 0)
  }
  mapRows(d, y, gradient)
}

public func exponentialForward(_ y: Output) { mapRows(y, exponential) }

@inline(__always) func exponentialGradient(_ d: V, _ y: V) -> V { d * y }

public func exponentialBackward(_ d: Output, _ y: Input) { mapRows(d, y, exponentialGradient) }

/// y = ln(1 + eᶻ) = max(z, 0) + ln(1 + e^−|z|)
@inline(__always) func softplusValue(_ z: V) -> V {
  maximum(z, V.zero) + logarithmOfOnePlus(exponential(-magnitude(z)))
}

public func softplusForward(_ y: Output) { mapRows(y, softplusValue) }

/// 1 / (1 + e⁻ᶻ) = 1 − e⁻ʸ
@inline(__always) func softplusGradient(_ d: V, _ y: V) -> V { d * -exponentialMinusOne(-y) }

public func softplusBackward(_ d: Output, _ y: Input) { mapRows(d, y, softplusGradient) }

/// y_j = z_j − ln Σ_k e^z_k
public func logSoftmaxForward(_ y: Output) {
  let columns = y.columns
  for row in 0..<y.rows {
    let p = y.base + row * y.stride
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
public func logSoftmaxBackward(_ d: Output, _ y: Input) {
  let columns = d.columns
  for row in 0..<d.rows {
    let p = d.base + row * d.stride
    let q = y.base + row * y.stride
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
